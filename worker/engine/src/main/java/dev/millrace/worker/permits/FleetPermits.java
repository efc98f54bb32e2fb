package dev.millrace.worker.permits;

import dev.millrace.contract.FunctionRef;
import dev.millrace.redis.PermitAsk;
import dev.millrace.redis.PermitLeases;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.worker.consume.Continuity;
import dev.millrace.worker.execute.Allowance;
import dev.millrace.worker.execute.PermitSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases this worker's permits of every function that it runs: four times a second, and at once when more want to run than
 * may. One thread of its own, and one connection; how many runs there are costs Redis nothing. While Redis is away what was
 * granted stays granted, because nobody else can be granted it. Thread-safe.
 */
public final class FleetPermits implements PermitSource, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FleetPermits.class);

    /** A worker says at least so often that it lives. */
    private static final long PRESENCE_NANOS = Duration.ofMillis(500).toNanos();

    private static final long TROUBLE_NANOS = Duration.ofMillis(250).toNanos();
    private static final long UNSETTLED_NANOS = Duration.ofMillis(50).toNanos();
    /** Who is taken for dead while he has renewed his leases for less long has not lost them. */
    private static final long RENEWED_LATELY_NANOS = Continuity.LONGEST_STOP.toNanos();
    /** How long a call waits for the answer of a Redis that answers. */
    private static final Duration CALL_PATIENCE = Duration.ofMillis(250);

    /**
     * How long a call waits while it is not known yet who holds what, as when this worker, or Redis, has just begun: nobody has
     * said then that there is no permit.
     */
    private static final Duration UNSETTLED_PATIENCE = Duration.ofSeconds(3);

    private static final Duration LAST_WORD = Duration.ofSeconds(2);

    private final PermitLeases permits;
    private final Era era;
    private final StartBlock starts;
    private final Continuity continuity;
    private final ToIntFunction<String> namespaceLimits;
    private final Runnable permitsChanged;
    private final Counter asked;
    private final Counter rounds;
    private final Map<FunctionRef, Lease> leases = new ConcurrentHashMap<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("permits").unstarted(this::lease);

    private volatile boolean away;
    /** As {@link Era#isSettled} was when it was looked at last, for all threads. */
    private volatile boolean settled;

    private volatile boolean closed;
    private volatile long renewedAt = System.nanoTime();
    private long spokeAt = System.nanoTime() - PRESENCE_NANOS;
    private long breaks;
    private int workers = 1;

    /**
     * @param permits asked by this alone, which closes it
     * @param namespaceLimits how many runs a namespace may have, or {@link PermitAsk#UNLIMITED}
     * @param permitsChanged told when more runs may begin
     */
    public FleetPermits(
            PermitLeases permits,
            Era era,
            Continuity continuity,
            ToIntFunction<String> namespaceLimits,
            Runnable permitsChanged,
            MeterRegistry meters) {
        this.permits = permits;
        this.era = era;
        this.starts = new StartBlock(System::nanoTime);
        this.continuity = continuity;
        this.namespaceLimits = namespaceLimits;
        this.permitsChanged = permitsChanged;
        this.rounds = Counter.builder("millrace.permits.rounds")
                .description("times the fleet was asked for permits, however many functions at once")
                .register(meters);
        this.asked = Counter.builder("millrace.permits.asked")
                .description("functions whose permits were asked for, over all rounds")
                .register(meters);
        Gauge.builder("millrace.permits.held", this, FleetPermits::held)
                .description("permits that this worker holds, over all functions")
                .register(meters);
    }

    /** Begins to lease. */
    public void start() {
        thread.start();
    }

    @Override
    public void changed(Allowance allowance) {
        leases.compute(
                allowance.function(),
                (ref, known) -> known == null || (known.allowance() != allowance && !allowance.isClosed())
                        ? new Lease(allowance, System.nanoTime())
                        : known);
        wanted(allowance);
    }

    @Override
    public void wanted(Allowance allowance) {
        Lease lease = leases.get(allowance.function());
        if (lease != null && lease.hurry()) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void ask(Allowance allowance) {
        long until = System.nanoTime() + UNSETTLED_PATIENCE.toNanos();
        boolean known;
        do {
            Lease lease = leases.get(allowance.function());
            if (lease == null
                    || away
                    || !thread.isAlive()
                    || Thread.currentThread().isInterrupted()) {
                return;
            }
            known = settled;
            await(lease.awaitAnswer(), allowance.function());
        } while (!known && allowance.circulating() <= allowance.taken() && System.nanoTime() - until < 0);
    }

    private void await(CompletableFuture<Void> answer, Object what) {
        LockSupport.unpark(thread);
        try {
            answer.get(CALL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Then the call is answered by what there is.
        } catch (ExecutionException | TimeoutException e) {
            log.debug("the fleet did not say in time whether there may be one more of {}", what, e);
        }
    }

    /**
     * Takes the right to start one more instance, from what this worker has, else by asking the fleet once. While Redis is
     * away there are none beyond what was granted, and that for its minute only.
     */
    public boolean mayStartInstance() {
        if (starts.take()) {
            return true;
        }
        if (starts.areOver() || away || !thread.isAlive()) {
            return false;
        }
        await(starts.awaitMore(), "another instance");
        return starts.take();
    }

    /** Whoever took it for dead sees Redis; if this worker does not, its leases end while it goes by them. */
    @Override
    public void lanesLost() {
        if (System.nanoTime() - renewedAt > RENEWED_LATELY_NANOS) {
            leases.values().forEach(Lease::forfeit);
        }
    }

    /** Gives everything back that no run holds. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            if (!thread.isAlive() || thread.join(LAST_WORD)) {
                leave();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // In a hurry: the leases end by themselves.
        } finally {
            permits.close();
        }
    }

    private void leave() {
        leases.values().forEach(Lease::forfeit);
        try {
            permits.leave(asks(List.copyOf(leases.values()), System.nanoTime()));
        } catch (RedisUnavailableException e) {
            log.debug("permits were not given back and end by themselves: {}", e.getMessage());
        }
    }

    private void lease() {
        while (!closed) {
            long pause = TROUBLE_NANOS;
            try {
                pause = round(System.nanoTime());
            } catch (RuntimeException e) {
                log.error("permits could not be leased; what was granted holds, and it is tried again", e);
            }
            if (pause > 0 && !closed) {
                LockSupport.parkNanos(this, pause);
            }
        }
    }

    /** One time round; answers how long until the next. */
    private long round(long now) {
        noticeStop();
        boolean saysAll = era.isToBeTold();
        List<Lease> due = new ArrayList<>();
        for (Lease lease : leases.values()) {
            if (saysAll || lease.nanosUntilDue(now) <= 0) {
                due.add(lease);
            }
        }
        if (due.isEmpty() && !saysAll && now - spokeAt < PRESENCE_NANOS && !starts.isToBeAsked()) {
            return untilDue(now);
        }
        spokeAt = now;
        try {
            hear(due, permits.round(asks(due, now), era.complete(saysAll)), saysAll);
            renewedAt = now;
            noteAway(false);
            settle();
            starts.ask(permits::grow);
            return untilDue(System.nanoTime());
        } catch (RedisUnavailableException e) {
            noteAway(true);
            due.forEach(Lease::unanswered);
            starts.unanswered();
            return TROUBLE_NANOS;
        }
    }

    private void hear(List<Lease> due, PermitLeases.Round round, boolean saidAll) {
        workers = round.era().workers();
        boolean more = false;
        for (int i = 0; i < due.size(); i++) {
            more |= due.get(i).answered(round.grants().get(i), round.era().settled());
        }
        rounds.increment();
        asked.increment(due.size());
        leases.values().removeIf(Lease::isOver);
        era.heard(round.era(), saidAll);
        settled = era.isSettled();
        if (more) {
            permitsChanged.run();
        }
    }

    private void settle() {
        if (era.settle(permits::settle, () -> LockSupport.unpark(thread))) {
            leases.values().forEach(Lease::hurry);
            settled = true;
        }
    }

    private List<PermitAsk> asks(List<Lease> due, long now) {
        return due.stream()
                .map(lease -> lease.ask(
                        now,
                        away,
                        workers,
                        namespaceLimits.applyAsInt(lease.allowance().function().namespace())))
                .toList();
    }

    private long untilDue(long now) {
        if (era.isToBeTold() || starts.isToBeAsked()) {
            return 0;
        }
        long pause = Math.min(PRESENCE_NANOS - (now - spokeAt), era.isSettled() ? PRESENCE_NANOS : UNSETTLED_NANOS);
        for (Lease lease : leases.values()) {
            pause = Math.min(pause, lease.nanosUntilDue(now));
        }
        return Math.max(0, pause);
    }

    /** While this process stood still its leases may have ended: what is idle is asked for again. */
    private void noticeStop() {
        boolean ignored = continuity.isUnbroken(); // Notices a stop that was not noticed yet.
        long now = continuity.breaks();
        if (now != breaks) {
            breaks = now;
            leases.values().forEach(Lease::forfeit);
        }
    }

    private void noteAway(boolean now) {
        if (now && !away) {
            log.warn("permits cannot be leased while Redis is away: what was granted holds, and no more");
        } else if (!now && away) {
            log.info("permits are leased again");
        }
        away = now;
    }

    private double held() {
        return leases.values().stream()
                .mapToInt(lease -> lease.allowance().circulating())
                .sum();
    }
}
