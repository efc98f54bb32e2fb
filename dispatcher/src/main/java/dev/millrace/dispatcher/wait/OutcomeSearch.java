package dev.millrace.dispatcher.wait;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Topics;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.OutcomeReader;
import dev.millrace.kafka.OutcomeRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.KafkaException;

/**
 * Looks for the outcomes of one invocation in the outcome log itself, when Redis ought to have them and does not: one
 * evicted key costs one search. Only a few searches go on at once and each only for a while; one that was broken off is
 * continued by the next. Thread-safe.
 */
public final class OutcomeSearch {

    /** How far the clock of a worker may be behind the one that stamped the event. */
    private static final Duration SLACK = Duration.ofMinutes(10);

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int AT_ONCE = 4;
    private static final int REMEMBERED = 256;

    private final KafkaSettings kafka;
    private final Semaphore turns = new Semaphore(AT_ONCE);
    private final LinkedHashMap<EventAddress, Found> brokenOff = new LinkedHashMap<>();

    public OutcomeSearch(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    /**
     * What was found.
     *
     * @param outcomes in log order, nothing after the first terminal one
     * @param complete whether nothing is left to be looked at; if not, the same question finds more
     * @param next offset to go on from
     */
    public record Found(List<OutcomePack.Entry> outcomes, boolean complete, long next) {
        public Found {
            outcomes = List.copyOf(outcomes);
        }
    }

    /**
     * Searches.
     *
     * @param acceptedAt epoch milliseconds: no outcome of it is older
     * @throws KafkaUnavailableException Kafka does not answer
     */
    public Found find(EventAddress address, long acceptedAt) {
        Found before = remembered(address);
        if (!turns.tryAcquire()) {
            return before;
        }
        int partition = Topics.outcomePartition(address);
        try (OutcomeReader reader = OutcomeReader.of(kafka, "outcome-search", Map.of(partition, 0L))) {
            long from = before.next() > 0
                    ? before.next()
                    : reader.offsetSince(partition, Math.max(0, acceptedAt - SLACK.toMillis()));
            reader.seek(partition, from);
            Found found = read(reader, partition, address, before.outcomes());
            remember(address, found);
            return found;
        } catch (KafkaException e) {
            throw new KafkaUnavailableException("Kafka did not hand out the outcomes of " + address, e);
        } finally {
            turns.release();
        }
    }

    private static Found read(
            OutcomeReader reader, int partition, EventAddress address, List<OutcomePack.Entry> before) {
        List<OutcomePack.Entry> outcomes = new ArrayList<>(before);
        long end = reader.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (reader.position(partition) < end) {
            for (OutcomeRecord next : reader.poll(Duration.ofMillis(200))) {
                for (OutcomePack.Entry outcome : outcomesOf(address, next)) {
                    outcomes.add(outcome);
                    if (outcome.status().isTerminal()) {
                        return new Found(outcomes, true, next.offset() + 1);
                    }
                }
            }
            if (System.nanoTime() - deadline > 0) {
                return new Found(outcomes, false, reader.position(partition));
            }
        }
        return new Found(outcomes, true, end);
    }

    private static List<OutcomePack.Entry> outcomesOf(EventAddress address, OutcomeRecord next) {
        try {
            return OutcomePack.entries(next.pack()).entries().stream()
                    .filter(outcome -> outcome.address().equals(address))
                    .toList();
        } catch (MalformedException e) {
            return List.of(); // The recorder logs and counts it.
        }
    }

    private Found remembered(EventAddress address) {
        synchronized (brokenOff) {
            return brokenOff.getOrDefault(address, new Found(List.of(), false, 0));
        }
    }

    private void remember(EventAddress address, Found found) {
        synchronized (brokenOff) {
            brokenOff.remove(address);
            if (!found.complete()) {
                brokenOff.put(address, found);
                if (brokenOff.size() > REMEMBERED) {
                    brokenOff.pollFirstEntry();
                }
            }
        }
    }
}
