package dev.millrace.dispatcher.audit;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.OutcomeReader;
import dev.millrace.kafka.OutcomeRecord;
import dev.millrace.kafka.TopicAdmin;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;

/**
 * Makes the books of triggers from what Kafka holds, while everything goes on: reads the topics of events, those of delayed
 * copies, and the outcome log. Thread-safe, one at a time.
 */
public final class Audit {

    /** A bound that no installation comes to. */
    public static final long EVERYTHING = Long.MAX_VALUE;

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<Integer> OUTCOME_PARTITIONS =
            IntStream.range(0, Topics.OUTCOME_PARTITIONS).boxed().toList();

    /** An outcome is stored after its event, by clocks that differ by less than this. */
    private static final Duration SLACK = Duration.ofHours(1);

    private final KafkaSettings kafka;
    private final StockTaking stockTaking;
    private final RedisSide redis;
    private final InstantSource clock;

    public Audit(KafkaSettings kafka, TopicAdmin admin, RedisSide redis, InstantSource clock) {
        this.kafka = kafka;
        this.stockTaking = new StockTaking(kafka, admin, clock);
        this.redis = redis;
        this.clock = clock;
    }

    /**
     * The books.
     *
     * @param accounts by trigger number; triggers whose topics are gone are not in it
     * @param isWhole whether every event that is kept was looked at
     * @param redisCompared whether the results in Redis could be compared
     * @param countersCompared whether the recorders' counters could be compared
     */
    public record Books(
            Map<Integer, Account> accounts, boolean isWhole, boolean redisCompared, boolean countersCompared) {
        public Books {
            accounts = Map.copyOf(accounts);
        }

        /** What does not come out even in all of them. */
        public long drift() {
            return accounts.values().stream().mapToLong(Account::drift).sum();
        }
    }

    /**
     * Makes the books of these triggers.
     *
     * @param triggers their numbers, with the partitions of their topics
     * @param most of the newest events at most so many; {@link #EVERYTHING}
     * @throws KafkaUnavailableException Kafka does not answer
     */
    public synchronized Books of(Map<Integer, Integer> triggers, long most) {
        RedisSide.Comparison comparison = redis.before(clock.millis());
        StockTaking.Stock stock = stockTaking.of(triggers, most);
        try {
            read(stock, comparison);
        } catch (KafkaException e) {
            throw new KafkaUnavailableException("Kafka did not hand out the outcome log", e);
        }
        RedisSide.Finding finding = comparison.end(stock.isWhole());
        Map<Integer, Account> accounts = new HashMap<>();
        stock.ledgers()
                .forEach((number, ledger) ->
                        accounts.put(number, ledger.close().with(finding.of(number), finding.examples(number))));
        return new Books(accounts, stock.isWhole(), finding.resultsCompared(), finding.countersCompared());
    }

    /**
     * What the recorders of the fleet have counted of each trigger.
     *
     * @throws dev.millrace.redis.RedisUnavailableException Redis does not answer
     */
    Map<Integer, Map<Status, Long>> counted() {
        return redis.counted(clock.millis());
    }

    private void read(StockTaking.Stock stock, RedisSide.Comparison comparison) {
        Map<Integer, Long> nowhere = new HashMap<>();
        OUTCOME_PARTITIONS.forEach(partition -> nowhere.put(partition, 0L));
        try (OutcomeReader reader = OutcomeReader.of(kafka, "audit", nowhere)) {
            Map<Integer, Long> ends = reader.endOffsets(OUTCOME_PARTITIONS);
            Map<Integer, Long> begins = reader.beginningOffsets(OUTCOME_PARTITIONS);
            begins.forEach((partition, begin) -> {
                long from = stock.isWhole()
                        ? begin
                        : Math.max(begin, reader.offsetSince(partition, stock.oldest() - SLACK.toMillis()));
                reader.seek(partition, from);
            });
            comparison.logBegins(begins);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                for (OutcomeRecord next : reader.poll(POLL)) {
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                    enter(stock.ledgers(), next, comparison);
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new KafkaUnavailableException("Kafka did not hand out the outcome log in time", null);
                }
            }
        }
    }

    private static void enter(Map<Integer, Ledger> ledgers, OutcomeRecord next, RedisSide.Comparison comparison) {
        try {
            OutcomePack.Entries pack = OutcomePack.entries(next.pack());
            comparison.counted(next, pack);
            for (OutcomePack.Entry entry : pack.entries()) {
                EventAddress address = entry.address();
                Status status = entry.status();
                Ledger ledger = ledgers.get(address.trigger());
                if (ledger != null && status.isTerminal() && ledger.ended(address, status)) {
                    comparison.first(next, entry);
                }
            }
        } catch (MalformedException e) {
            // The recorder logs and counts it.
        }
    }
}
