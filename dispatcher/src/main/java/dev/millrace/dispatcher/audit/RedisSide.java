package dev.millrace.dispatcher.audit;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.kafka.OutcomeRecord;
import dev.millrace.redis.RecordedPosition;
import dev.millrace.redis.RecordedStatuses;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.ResultWriter;
import dev.millrace.redis.Tallies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What Redis makes of the outcome log: the results that it ought to have, and what its recorders have counted. Thread-safe.
 *
 * <p>Only what lies before the recorders' positions is expected, as they were before the log was read. A Redis that loses
 * something while it is looked at is not compared: the recorders see to it already.
 */
public final class RedisSide {

    private static final List<Integer> PARTITIONS =
            IntStream.range(0, Topics.OUTCOME_PARTITIONS).boxed().toList();
    private static final int AT_ONCE = 1000;
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

    /** Days to compare: more than the outcome log is kept, fewer than the counters are. */
    private static final long DAYS = 31;

    /** A result that is about to expire is not asked for. */
    private static final long SLACK_MILLIS = 10_000;

    /** More differences than this are not worth being told apart. */
    private static final int MOST_DIFFERENCES = 100_000;

    private final ResultWriter positions;
    private final RecordedStatuses statuses;
    private final Tallies tallies;

    /** @param positions asked for positions only */
    public RedisSide(ResultWriter positions, RecordedStatuses statuses, Tallies tallies) {
        this.positions = positions;
        this.statuses = statuses;
        this.tallies = tallies;
    }

    /** How Redis stands now, before the log is read. */
    Comparison before(long now) {
        Comparison comparison = new Comparison(now);
        try {
            for (int partition : PARTITIONS) {
                tallies.of(partition, comparison.firstDay(), comparison.lastDay())
                        .ifPresent(counted -> comparison.counted.put(partition, counted));
            }
            comparison.recorded = Map.copyOf(positions());
        } catch (RedisUnavailableException e) {
            comparison.answers = false; // The answer says so.
        }
        return comparison;
    }

    /**
     * What the recorders have counted of the last month, by trigger.
     *
     * @throws RedisUnavailableException Redis does not answer
     */
    Map<Integer, Map<Status, Long>> counted(long now) {
        Comparison days = new Comparison(now);
        return Recount.sums(PARTITIONS.stream()
                .flatMap(partition -> tallies.of(partition, days.firstDay(), days.lastDay()).stream())
                .toList());
    }

    private Map<Integer, RecordedPosition> positions() {
        synchronized (positions) {
            return positions.positions(PARTITIONS);
        }
    }

    /** A result that is not as it should be. */
    private record Difference(EventAddress address, boolean missing) {}

    /** One reading of the log. Not thread-safe. */
    final class Comparison {

        private final long now;
        private final Map<Integer, Tallies.Counted> counted = new HashMap<>();
        private final Map<Integer, Recount> recounts = new HashMap<>();
        private final Map<EventAddress, Status> expected = new LinkedHashMap<>();
        private final List<Difference> differences = new ArrayList<>();
        private Map<Integer, RecordedPosition> recorded = Map.of();
        private boolean answers = true;

        private Comparison(long now) {
            this.now = now;
        }

        private long firstDay() {
            return lastDay() - DAYS;
        }

        private long lastDay() {
            return Math.floorDiv(now, DAY_MILLIS) + 1;
        }

        /** Where the log begins. */
        void logBegins(Map<Integer, Long> begins) {
            counted.forEach((partition, tally) -> recounts.put(
                    partition,
                    new Recount(
                            tally, begins.getOrDefault(partition, 0L), day -> day >= firstDay() && day <= lastDay())));
        }

        /** The next record of the log. */
        void counted(OutcomeRecord next, OutcomePack.Entries pack) {
            Recount recount = recounts.get(next.partition());
            if (recount != null) {
                recount.next(next.offset(), pack);
            }
        }

        /** The first end of an event. */
        void first(OutcomeRecord next, OutcomePack.Entry entry) {
            RecordedPosition known = recorded.getOrDefault(next.partition(), RecordedPosition.UNKNOWN);
            if (known.rebuildingUntil().isEmpty()
                    && known.recorded().orElse(0) > next.offset()
                    && entry.endedAt() + entry.ttlSeconds() * 1000L > now + SLACK_MILLIS) {
                expected.put(entry.address(), entry.status());
                if (expected.size() == AT_ONCE) {
                    ask();
                }
            }
        }

        private void ask() {
            if (!answers || expected.isEmpty()) {
                return;
            }
            try {
                Map<EventAddress, Status> found = statuses.of(List.copyOf(expected.keySet()));
                expected.forEach((address, status) -> {
                    Status present = found.get(address);
                    if (present != status && differences.size() < MOST_DIFFERENCES) {
                        differences.add(new Difference(address, present == null));
                    }
                });
            } catch (RedisUnavailableException e) {
                answers = false; // The answer says so.
            }
            expected.clear();
        }

        /**
         * What came of it.
         *
         * @param wholeLog whether the log was read from its beginning
         */
        Finding end(boolean wholeLog) {
            ask();
            boolean stayed = answers && hasLostNothing();
            boolean counters = answers && wholeLog && !recounts.isEmpty();
            Map<Integer, Long> miscounted = new HashMap<>();
            if (counters) {
                recounts.values()
                        .forEach(one ->
                                one.differences().forEach((trigger, by) -> miscounted.merge(trigger, by, Long::sum)));
            }
            return new Finding(
                    stayed, counters, stayed ? differences : List.of(), Recount.sums(counted.values()), miscounted);
        }

        private boolean hasLostNothing() {
            try {
                Map<Integer, RecordedPosition> present = positions();
                return PARTITIONS.stream().allMatch(partition -> {
                    RecordedPosition then = recorded.getOrDefault(partition, RecordedPosition.UNKNOWN);
                    RecordedPosition after = present.getOrDefault(partition, RecordedPosition.UNKNOWN);
                    return after.recorded().orElse(-1) >= then.recorded().orElse(-1)
                            && (after.rebuildingUntil().isEmpty()
                                    || then.rebuildingUntil().isPresent());
                });
            } catch (RedisUnavailableException e) {
                return false; // The answer says that nothing was compared.
            }
        }
    }

    /** What a comparison found. */
    record Finding(
            boolean resultsCompared,
            boolean countersCompared,
            List<Difference> differences,
            Map<Integer, Map<Status, Long>> counted,
            Map<Integer, Long> miscounted) {

        Account.InRedis of(int trigger) {
            long missing = differences.stream()
                    .filter(one -> one.address().trigger() == trigger && one.missing())
                    .count();
            long other = differences.stream()
                    .filter(one -> one.address().trigger() == trigger && !one.missing())
                    .count();
            return new Account.InRedis(
                    missing, other, counted.getOrDefault(trigger, Map.of()), miscounted.getOrDefault(trigger, 0L));
        }

        List<EventAddress> examples(int trigger) {
            return differences.stream()
                    .map(Difference::address)
                    .filter(address -> address.trigger() == trigger)
                    .limit(Ledger.EXAMPLES)
                    .toList();
        }
    }
}
