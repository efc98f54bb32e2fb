package dev.millrace.worker;

import dev.millrace.contract.EventAddress;
import dev.millrace.redis.Cancellations;
import dev.millrace.redis.QueueGauge;
import dev.millrace.redis.QueueGauges;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.RunningRun;
import dev.millrace.redis.RunningRuns;
import dev.millrace.worker.consume.LaneSnapshot;
import dev.millrace.worker.execute.LongRun;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the others, twice a second and off the path of events, what runs here for long and how the queues stand that
 * this worker reads, and hears which invocations are to be ended. Redis being away costs them the news and nothing else. One thread of its own.
 */
final class WorkerPulse implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkerPulse.class);
    private static final Duration EVERY = Duration.ofMillis(500);

    private final String worker;
    private final Supplier<List<LaneSnapshot>> lanes;
    private final Function<Duration, List<LongRun>> longRuns;
    private final QueueGauges gauges;
    private final RunningRuns runs;
    private final Wishes wishes;
    private final LongRunClaims claims;
    private final Runnable fences;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("worker-pulse").unstarted(this::beat);

    /** Of the pulse's thread alone: what was told last time. */
    private Set<EventAddress> told = Set.of();

    private Map<String, Set<Integer>> owned = Map.of();
    private double heardUpTo;

    /** Where wishes to end invocations are read, and who carries them out. */
    record Wishes(Cancellations made, Consumer<Map<EventAddress, Boolean>> heard) {}

    /** @param fences looks whether Redis still has them */
    WorkerPulse(
            String worker,
            Supplier<List<LaneSnapshot>> lanes,
            Function<Duration, List<LongRun>> longRuns,
            QueueGauges gauges,
            RunningRuns runs,
            Wishes wishes,
            LongRunClaims claims,
            Runnable fences) {
        this.claims = claims;
        this.fences = fences;
        this.worker = worker;
        this.lanes = lanes;
        this.longRuns = longRuns;
        this.gauges = gauges;
        this.runs = runs;
        this.wishes = wishes;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(EVERY.multipliedBy(4));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // In a hurry: what was told is forgotten by itself within seconds.
        }
    }

    private void beat() {
        try {
            while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                tell();
            }
            forgetAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does that; what was told is forgotten by itself.
        }
    }

    private void tell() {
        try {
            fences.run();
            hearWishes();
            tellRuns();
            claims.tell();
            tellQueues();
        } catch (RedisUnavailableException e) {
            log.debug("the pulse of worker {} was not told: {}", worker, e.getMessage());
        }
    }

    private void hearWishes() {
        Cancellations.Seen seen = wishes.made().since(heardUpTo);
        heardUpTo = seen.position();
        wishes.heard().accept(seen.graceful());
    }

    private void tellRuns() {
        List<RunningRun> now = longRuns.apply(RunningRuns.WORTH_MENTIONING).stream()
                .map(run -> new RunningRun(run.address(), run.attempt(), run.startedAt(), worker))
                .toList();
        Set<EventAddress> ended = new HashSet<>(told);
        now.forEach(run -> ended.remove(run.address()));
        runs.refresh(now);
        runs.ended(ended);
        told = Set.copyOf(now.stream().map(RunningRun::address).toList());
    }

    private void tellQueues() {
        Map<String, Map<Integer, QueueGauge>> byTopic = new HashMap<>();
        for (LaneSnapshot lane : lanes.get()) {
            byTopic.computeIfAbsent(lane.lane().topic(), topic -> new HashMap<>())
                    .put(lane.lane().partition(), gauge(lane));
        }
        byTopic.forEach(gauges::publish);
        Map<String, Set<Integer>> now = new HashMap<>();
        byTopic.forEach((topic, partitions) -> now.put(topic, Set.copyOf(partitions.keySet())));
        owned = now;
    }

    private static QueueGauge gauge(LaneSnapshot lane) {
        return new QueueGauge(
                Math.max(0, lane.completed() - lane.frontier()),
                lane.inFlight(),
                lane.oldestAcceptedAt(),
                reason(lane.waiting()));
    }

    private static @Nullable String reason(LaneSnapshot.Waiting waiting) {
        return switch (waiting) {
            case NOTHING -> null;
            case PAUSE -> "paused";
            case PERMIT -> "concurrency";
            case WORKER, CLAIMS -> "worker";
        };
    }

    private void forgetAll() {
        try {
            runs.ended(told);
            owned.forEach(gauges::withdraw);
        } catch (RedisUnavailableException e) {
            log.debug("the last word of worker {} was not told: {}", worker, e.getMessage());
        }
    }
}
