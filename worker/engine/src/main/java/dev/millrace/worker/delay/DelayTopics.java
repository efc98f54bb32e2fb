package dev.millrace.worker.delay;

import dev.millrace.contract.DelayClass;
import dev.millrace.contract.Topics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The delay topics of an installation by their names. Immutable. */
final class DelayTopics {

    private final Map<String, DelayClass> lengths = new LinkedHashMap<>();

    DelayTopics(Topics topics) {
        for (DelayClass length : DelayClass.values()) {
            lengths.put(topics.delay(length), length);
        }
    }

    Set<String> names() {
        return Set.copyOf(lengths.keySet());
    }

    /** How long records of this topic rest. */
    DelayClass length(String topic) {
        DelayClass length = lengths.get(topic);
        if (length == null) {
            throw new IllegalArgumentException(topic + " is no delay topic of this installation");
        }
        return length;
    }
}
