package dev.millrace.dispatcher.wait;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.OutcomePack;
import dev.millrace.kafka.OutcomeReader;
import dev.millrace.kafka.OutcomeRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;

/** The partitions that are being read, and who waits for what comes by them. Belongs to the tail's thread. */
final class TailedPartitions {

    private static final int RECENT_ENTRIES = 8192;
    private static final long RECENT_BYTES = 4L * 1024 * 1024;

    private final OutcomeReader reader;
    private final LongSupplier nanoTime;
    private final Map<Integer, Tailed> tailed = new HashMap<>();
    private final Map<EventAddress, List<Watch>> watches = new HashMap<>();

    TailedPartitions(OutcomeReader reader, LongSupplier nanoTime) {
        this.reader = reader;
        this.nanoTime = nanoTime;
    }

    boolean isEmpty() {
        return tailed.isEmpty();
    }

    /** Begins to wait: first for what was seen lately, then for what comes. */
    void begin(Watch watch) {
        Tailed partition = tailed.get(watch.partition());
        if (partition == null) {
            partition = new Tailed(new RecentOutcomes(startOf(watch), RECENT_ENTRIES, RECENT_BYTES));
            tailed.put(watch.partition(), partition);
            assign();
        } else if (watch.from().isPresent() && watch.from().getAsLong() < partition.recent.coveredFrom()) {
            partition.recent.restart(watch.from().getAsLong());
            reader.seek(watch.partition(), watch.from().getAsLong());
        }
        partition.watches++;
        watches.computeIfAbsent(watch.address(), address -> new ArrayList<>(1)).add(watch);
        partition.recent.of(watch.address()).forEach(watch.listener()::ended);
    }

    void end(Watch watch) {
        List<Watch> ofAddress = watches.get(watch.address());
        if (ofAddress == null || !ofAddress.remove(watch)) {
            return;
        }
        if (ofAddress.isEmpty()) {
            watches.remove(watch.address());
        }
        Tailed partition = tailed.get(watch.partition());
        if (partition != null && --partition.watches == 0) {
            partition.idleSince = nanoTime.getAsLong();
        }
    }

    /** Stops reading partitions that nobody has waited for in a while. */
    void forgetIdle() {
        long now = nanoTime.getAsLong();
        boolean forgotten = false;
        for (Iterator<Tailed> each = tailed.values().iterator(); each.hasNext(); ) {
            Tailed partition = each.next();
            if (partition.watches == 0 && now - partition.idleSince >= OutcomeTail.KEPT.toNanos()) {
                each.remove();
                forgotten = true;
            }
        }
        if (forgotten) {
            assign();
        }
    }

    /** Tells those who wait of the outcomes in a record. */
    void pass(OutcomeRecord next) {
        Tailed partition = tailed.get(next.partition());
        if (partition == null || next.offset() < partition.recent.position()) {
            return;
        }
        List<OutcomePack.Entry> outcomes = entries(next);
        partition.recent.add(next.offset(), outcomes);
        for (OutcomePack.Entry outcome : outcomes) {
            for (Watch watch : watches.getOrDefault(outcome.address(), List.of())) {
                watch.listener().ended(outcome);
            }
        }
    }

    void closeAll() {
        watches.values().forEach(all -> all.forEach(watch -> watch.listener().tailClosed()));
        watches.clear();
        tailed.clear();
    }

    private long startOf(Watch watch) {
        if (watch.from().isPresent()) {
            return watch.from().getAsLong();
        }
        Long end = reader.endOffsets(Set.of(watch.partition())).get(watch.partition());
        if (end == null) {
            throw new KafkaException("the outcome log has no partition " + watch.partition());
        }
        return end;
    }

    private void assign() {
        Map<Integer, Long> positions = new HashMap<>();
        tailed.forEach((number, partition) -> positions.put(number, partition.recent.position()));
        reader.assign(positions);
    }

    private static List<OutcomePack.Entry> entries(OutcomeRecord next) {
        try {
            return OutcomePack.entries(next.pack()).entries();
        } catch (MalformedException e) {
            return List.of(); // The recorder logs and counts it.
        }
    }

    private static final class Tailed {
        final RecentOutcomes recent;
        int watches;
        long idleSince;

        Tailed(RecentOutcomes recent) {
            this.recent = recent;
        }
    }
}
