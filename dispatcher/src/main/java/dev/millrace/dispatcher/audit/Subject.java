package dev.millrace.dispatcher.audit;

import dev.millrace.contract.TriggerRef;
import dev.millrace.kafka.registry.RegistryView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A trigger whose books are made; a deleted one as well, as long as its events are kept. */
public record Subject(int number, TriggerRef ref, int partitions, boolean deleted) {

    /** All of them, by name. */
    public static List<Subject> all(RegistryView view) {
        List<Subject> subjects = new ArrayList<>();
        view.triggers().forEach(one -> subjects.add(new Subject(one.number(), one.ref(), one.partitions(), false)));
        view.retired().forEach(one -> subjects.add(new Subject(one.number(), one.ref(), one.partitions(), true)));
        subjects.sort(Comparator.comparing(Subject::ref).thenComparingInt(Subject::number));
        return subjects;
    }
}
