package dev.millrace.dispatcher.audit;

import dev.millrace.contract.EventAddress;
import dev.millrace.kafka.EventScan;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.TopicAdmin;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what was accepted and what of it somebody will still take up. Thread-safe.
 *
 * <p>Commits are read before the ends of topics, those of the delay topics first, so that whatever moves on meanwhile is
 * found further on.
 */
final class StockTaking {

    /** Events are kept so long, their outcomes longer. What Kafka keeps beyond that is not looked at. */
    private static final Duration KEPT = Duration.ofDays(7);

    private final KafkaSettings kafka;
    private final TopicAdmin admin;
    private final EventScan events;
    private final InstantSource clock;

    StockTaking(KafkaSettings kafka, TopicAdmin admin, InstantSource clock) {
        this.kafka = kafka;
        this.admin = admin;
        this.events = new EventScan(kafka);
        this.clock = clock;
    }

    /**
     * What was found.
     *
     * @param ledgers by trigger number, without outcomes
     * @param oldest when the oldest event that is looked at was stored, in epoch milliseconds
     * @param isWhole whether every event that is kept is looked at
     */
    record Stock(Map<Integer, Ledger> ledgers, long oldest, boolean isWhole) {}

    /** The state of one run. */
    private static final class Count {
        private final Map<Integer, Ledger> ledgers = new LinkedHashMap<>();
        private final Map<TopicPartition, Integer> numbers = new LinkedHashMap<>();
        private final Map<TopicPartition, Reached> reached = new HashMap<>();
        private final Map<TopicPartition, Long> from = new HashMap<>();
        private final List<EventAddress> copies = new ArrayList<>();
        private long oldest;
        private boolean isWhole = true;

        Ledger ledger(int number) {
            return ledgers.computeIfAbsent(number, Ledger::new);
        }

        boolean isOpen(TopicPartition partition, long offset) {
            Reached known = reached.get(partition);
            return known == null || known.isOpen(offset);
        }
    }

    /**
     * Looks at these triggers.
     *
     * @param triggers their numbers, with the partitions of their topics
     * @param most of the newest events at most so many, and what is open
     */
    Stock of(Map<Integer, Integer> triggers, long most) {
        Count count = new Count();
        count.oldest = clock.millis();
        List<TopicPartition> resting = admin.partitionsBelow(kafka.topics().prefix() + "delay.");
        read(count, kafka.topics().prefix() + "delay", resting);
        triggers.forEach((number, partitions) -> IntStream.range(0, partitions)
                .forEach(partition ->
                        count.numbers.put(new TopicPartition(kafka.topics().trigger(number), partition), number)));
        List<TopicPartition> queues = List.copyOf(count.numbers.keySet());
        read(count, kafka.workersGroup(), queues);
        Map<TopicPartition, Long> ends = open(count, queues, most);
        events.visit(count.from, ends, (partition, offset, timestamp, origin) -> {
            count.oldest = Math.min(count.oldest, timestamp);
            visit(count, partition, offset, origin);
        });
        Map<TopicPartition, Long> restingFrom = new HashMap<>();
        resting.forEach(partition -> restingFrom.put(
                partition,
                count.reached.getOrDefault(partition, Reached.upTo(0)).committed()));
        events.visit(restingFrom, admin.endOffsets(resting), (partition, offset, _, origin) -> {
            if (origin != null && count.isOpen(partition, offset)) {
                count.copies.add(origin);
            }
        });
        for (EventAddress copy : count.copies) {
            Ledger ledger = count.ledgers.get(copy.trigger());
            if (ledger != null) {
                ledger.copied(copy);
            }
        }
        return new Stock(count.ledgers, count.oldest, count.isWhole);
    }

    private void read(Count count, String group, List<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> commits = admin.committed(group, partitions);
        partitions.forEach(partition -> count.reached.put(partition, Reached.by(commits.get(partition))));
    }

    private Map<TopicPartition, Long> open(Count count, List<TopicPartition> queues, long most) {
        Map<TopicPartition, Long> begins = admin.beginningOffsets(queues);
        Map<TopicPartition, Long> young = admin.offsetsSince(queues, clock.millis() - KEPT.toMillis());
        Map<TopicPartition, Long> ends = admin.endOffsets(queues);
        long share = Math.max(1, most / Math.max(1, queues.size()));
        for (TopicPartition partition : queues) {
            Long begin = begins.get(partition);
            Long end = ends.get(partition);
            if (begin != null && end != null) {
                long youngest = Math.max(begin, young.getOrDefault(partition, end));
                long from = Math.max(youngest, end - share);
                count.isWhole &= from == youngest;
                Reached reached = count.reached.getOrDefault(partition, Reached.upTo(0));
                count.ledger(count.numbers.getOrDefault(partition, 0)).lane(from, end, reached);
                // Copies of what came later may lie behind the commit, however long ago that was.
                count.from.put(partition, Math.max(begin, Math.min(from, reached.committed())));
            }
        }
        return ends;
    }

    private static void visit(Count count, TopicPartition partition, long offset, @Nullable EventAddress origin) {
        if (origin == null) {
            count.ledger(count.numbers.getOrDefault(partition, 0)).accepted(partition.partition(), offset);
        } else if (count.isOpen(partition, offset)) {
            count.copies.add(origin);
        }
    }
}
