package dev.millrace.dispatcher.audit;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.kafka.EventScan;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.OutcomeReader;
import dev.millrace.kafka.OutcomeRecord;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.redis.RecordedPosition;
import dev.millrace.redis.RecordedStatuses;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.ResultWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Makes the books of triggers from what Kafka holds, while everything goes on: reads the topics of events, those of delayed
 * copies, and the outcome log whole. Thread-safe, one at a time.
 */
public final class Audit {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int AT_ONCE = 1000;

    /** A result that is about to expire is not asked for. */
    private static final long SLACK_MILLIS = 10_000;

    private final KafkaSettings kafka;
    private final TopicAdmin admin;
    private final EventScan events;
    private final ResultWriter positions;
    private final RecordedStatuses statuses;
    private final InstantSource clock;

    /** @param positions asked for positions only */
    public Audit(
            KafkaSettings kafka,
            TopicAdmin admin,
            ResultWriter positions,
            RecordedStatuses statuses,
            InstantSource clock) {
        this.kafka = kafka;
        this.admin = admin;
        this.events = new EventScan(kafka);
        this.positions = positions;
        this.statuses = statuses;
        this.clock = clock;
    }

    /**
     * The books.
     *
     * @param accounts by trigger number; triggers whose topics are gone are not in it
     * @param redisCompared whether Redis could be asked
     */
    public record Books(Map<Integer, Account> accounts, boolean redisCompared) {
        public Books {
            accounts = Map.copyOf(accounts);
        }
    }

    /**
     * Makes the books of these triggers.
     *
     * @param triggers their numbers, with the partitions of their topics
     * @throws KafkaUnavailableException Kafka does not answer
     */
    public synchronized Books of(Map<Integer, Integer> triggers) {
        Map<Integer, RecordedPosition> recorded = recorded();
        List<TopicPartition> resting = admin.partitionsBelow(kafka.topics().prefix() + "delay.");
        Map<TopicPartition, OffsetAndMetadata> rested =
                admin.committed(kafka.topics().prefix() + "delay", resting);
        Map<Integer, Ledger> ledgers = new LinkedHashMap<>();
        Map<TopicPartition, Integer> numbers = new HashMap<>();
        Map<TopicPartition, Long> committed = new HashMap<>();
        Map<TopicPartition, Long> ends = open(triggers, ledgers, numbers, committed);
        List<EventAddress> copies = new ArrayList<>();
        events.visit(nonEmpty(ends), (partition, offset, origin) -> {
            if (origin == null) {
                ledger(ledgers, numbers.get(partition)).accepted(partition.partition(), offset);
            } else if (offset >= committed.getOrDefault(partition, 0L)) {
                copies.add(origin);
            }
        });
        events.visit(nonEmpty(admin.endOffsets(resting)), (partition, offset, origin) -> {
            OffsetAndMetadata done = rested.get(partition);
            if (origin != null && (done == null || offset >= done.offset())) {
                copies.add(origin);
            }
        });
        for (EventAddress copy : copies) {
            Ledger ledger = ledgers.get(copy.trigger());
            if (ledger != null) {
                ledger.copied(copy);
            }
        }
        boolean compared = outcomes(ledgers, recorded);
        Map<Integer, Account> accounts = new HashMap<>();
        ledgers.forEach((number, ledger) -> accounts.put(number, ledger.close()));
        return new Books(accounts, compared);
    }

    /** Commits are read before the ends, so that whatever moves on afterwards is found further on. */
    private Map<TopicPartition, Long> open(
            Map<Integer, Integer> triggers,
            Map<Integer, Ledger> ledgers,
            Map<TopicPartition, Integer> numbers,
            Map<TopicPartition, Long> committed) {
        List<TopicPartition> all = new ArrayList<>();
        triggers.forEach((number, partitions) -> IntStream.range(0, partitions).forEach(partition -> {
            TopicPartition one = new TopicPartition(kafka.topics().trigger(number), partition);
            all.add(one);
            numbers.put(one, number);
        }));
        admin.committed(kafka.workersGroup(), all)
                .forEach((partition, commit) -> committed.put(partition, commit.offset()));
        Map<TopicPartition, Long> begins = admin.beginningOffsets(all);
        Map<TopicPartition, Long> ends = admin.endOffsets(all);
        for (TopicPartition partition : all) {
            Long begin = begins.get(partition);
            Long end = ends.get(partition);
            if (begin != null && end != null) {
                ledgers.computeIfAbsent(numbers.getOrDefault(partition, 0), Ledger::new)
                        .lane(begin, end, committed.getOrDefault(partition, 0L));
            }
        }
        return ends;
    }

    private static Ledger ledger(Map<Integer, Ledger> ledgers, @Nullable Integer number) {
        Ledger ledger = number == null ? null : ledgers.get(number);
        if (ledger == null) {
            throw new IllegalStateException("no books were opened for trigger " + number);
        }
        return ledger;
    }

    private static Map<TopicPartition, Long> nonEmpty(Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> some = new HashMap<>(ends);
        some.values().removeIf(end -> end == 0);
        return some;
    }

    private Map<Integer, RecordedPosition> recorded() {
        try {
            return positions.positions(
                    IntStream.range(0, Topics.OUTCOME_PARTITIONS).boxed().toList());
        } catch (RedisUnavailableException e) {
            return Map.of(); // The answer says that Redis was not compared.
        }
    }

    /** Goes through the outcome log; answers whether Redis could be compared to the end. */
    private boolean outcomes(Map<Integer, Ledger> ledgers, Map<Integer, RecordedPosition> recorded) {
        Map<Integer, Long> from = new HashMap<>();
        IntStream.range(0, Topics.OUTCOME_PARTITIONS).forEach(partition -> from.put(partition, 0L));
        Comparison comparison = new Comparison(ledgers, !recorded.isEmpty());
        try (OutcomeReader reader = OutcomeReader.of(kafka, "audit", from)) {
            Map<Integer, Long> ends = reader.endOffsets(from.keySet());
            reader.beginningOffsets(from.keySet()).forEach(reader::seek);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                for (OutcomeRecord next : reader.poll(POLL)) {
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                    RecordedPosition known = recorded.getOrDefault(next.partition(), RecordedPosition.UNKNOWN);
                    boolean inRedis = known.rebuildingUntil().isEmpty()
                            && known.recorded().orElse(0) > next.offset();
                    enter(ledgers, next, inRedis, comparison);
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new KafkaUnavailableException("Kafka did not hand out the outcome log in time", null);
                }
            }
        } catch (KafkaException e) {
            throw new KafkaUnavailableException("Kafka did not hand out the outcome log", e);
        }
        comparison.compare();
        return comparison.possible;
    }

    private void enter(Map<Integer, Ledger> ledgers, OutcomeRecord next, boolean inRedis, Comparison comparison) {
        try {
            for (OutcomePack.Entry entry : OutcomePack.entries(next.pack()).entries()) {
                Ledger ledger = ledgers.get(entry.address().trigger());
                if (ledger != null
                        && entry.status().isTerminal()
                        && ledger.ended(entry.address(), entry.status())
                        && inRedis
                        && entry.endedAt() + entry.ttlSeconds() * 1000L > clock.millis() + SLACK_MILLIS) {
                    comparison.expect(entry.address(), entry.status());
                }
            }
        } catch (MalformedException e) {
            // The recorder logs and counts it.
        }
    }

    /** Asks Redis about many at once. */
    private final class Comparison {

        private final Map<Integer, Ledger> ledgers;
        private final Map<EventAddress, Status> expected = new LinkedHashMap<>();
        private boolean possible;

        Comparison(Map<Integer, Ledger> ledgers, boolean possible) {
            this.ledgers = ledgers;
            this.possible = possible;
        }

        void expect(EventAddress address, Status status) {
            expected.put(address, status);
            if (expected.size() == AT_ONCE) {
                compare();
            }
        }

        void compare() {
            if (!possible || expected.isEmpty()) {
                return;
            }
            try {
                Map<EventAddress, Status> found = statuses.of(List.copyOf(expected.keySet()));
                expected.forEach((address, status) -> {
                    Status present = found.get(address);
                    if (present != status) {
                        ledger(ledgers, address.trigger()).differs(address, present == null);
                    }
                });
            } catch (RedisUnavailableException e) {
                possible = false; // The answer says so.
            }
            expected.clear();
        }
    }
}
