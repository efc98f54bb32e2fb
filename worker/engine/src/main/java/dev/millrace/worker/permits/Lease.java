package dev.millrace.worker.permits;

import dev.millrace.redis.PermitAsk;
import dev.millrace.redis.PermitGrant;
import dev.millrace.worker.execute.Allowance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One function's permits on this worker: when to ask for them, for how many, and what to do with the answer. Of the thread
 * that leases, but for {@link #hurry}, {@link #awaitAnswer} and {@link #forfeit}.
 */
final class Lease {

    private static final long BUSY_NANOS = Duration.ofMillis(250).toNanos();
    private static final long IDLE_NANOS = Duration.ofMillis(500).toNanos();
    /** The fleet had less than was wanted: how soon it is asked again. */
    private static final long SCARCE_NANOS = Duration.ofMillis(100).toNanos();
    /** However many want something, it is not asked for sooner. */
    private static final long SOON_NANOS = Duration.ofMillis(10).toNanos();

    private static final long CALLED_NANOS = Duration.ofMillis(5).toNanos();

    /** What was in use is asked for during this time once more, up to twice as long. */
    private static final long PEAK_NANOS = Duration.ofMillis(250).toNanos();
    /** A function that ran within this time keeps a permit, so that it goes on when Redis goes away. */
    private static final long REMEMBERED_NANOS = Duration.ofMinutes(1).toNanos();

    private final Allowance allowance;
    private final Queue<CompletableFuture<Void>> callers = new ConcurrentLinkedQueue<>();
    private final List<CompletableFuture<Void>> answering = new ArrayList<>();
    private volatile boolean hurried = true;

    private long askedAt;
    private long usedAt;
    private long peakSince;
    private int peakBefore;
    private int peak;

    /** What the fleet knows to be held here. */
    private int kept;

    private int want;
    private boolean scarce;
    private boolean contended;
    private boolean ended;

    Lease(Allowance allowance, long now) {
        this.allowance = allowance;
        this.askedAt = now - IDLE_NANOS;
        this.usedAt = now - 2 * REMEMBERED_NANOS;
        this.peakSince = now;
    }

    Allowance allowance() {
        return allowance;
    }

    /** Something changed; whether that is news. Any thread. */
    boolean hurry() {
        if (hurried) {
            return false;
        }
        hurried = true;
        return true;
    }

    /** Completed when the fleet has been asked once more, whatever it said. Any thread. */
    CompletableFuture<Void> awaitAnswer() {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        callers.add(answer);
        return answer;
    }

    /** What is idle may be somebody else's by now. Any thread. */
    void forfeit() {
        int ignored = allowance.shrinkTo(0);
        hurried = true;
    }

    /** Whether nothing is left to be told. */
    boolean isOver() {
        return allowance.isClosed() && kept == 0 && allowance.circulating() == 0;
    }

    /** How long until it should be asked for; 0 or less for now. */
    long nanosUntilDue(long now) {
        return pause() - (now - askedAt);
    }

    private long pause() {
        if (!callers.isEmpty()) {
            return CALLED_NANOS;
        }
        if (scarce && want > 0) {
            return SCARCE_NANOS;
        }
        if (hurried) {
            return SOON_NANOS;
        }
        if (want > 0 || allowance.taken() > 0) {
            return BUSY_NANOS;
        }
        return kept > 0 || allowance.circulating() > 0 ? IDLE_NANOS : Long.MAX_VALUE / 2;
    }

    /**
     * What is to be asked now.
     *
     * @param frozen nothing is given back, because nobody could have it
     * @param workers how many live
     * @param namespaceLimit of the function's namespace, or {@link PermitAsk#UNLIMITED}
     */
    PermitAsk ask(long now, boolean frozen, int workers, int namespaceLimit) {
        hurried = false;
        for (CompletableFuture<Void> caller = callers.poll(); caller != null; caller = callers.poll()) {
            answering.add(caller);
        }
        int bound = namespaceLimit < 0 ? allowance.limit() : Math.min(allowance.limit(), namespaceLimit);
        boolean tight = PermitAsk.isTight(bound, workers);
        want = wanted(now, tight);
        if (ended) {
            int ignored = allowance.shrinkTo(0);
        } else if (!frozen && want == 0) {
            int ignored = allowance.shrinkTo(mayKeepOne(now, tight) ? 1 : 0);
        }
        kept = allowance.circulating();
        askedAt = now;
        return new PermitAsk(allowance.function(), kept, want, allowance.limit(), namespaceLimit, ended);
    }

    private int wanted(long now, boolean tight) {
        Allowance.Demand demand = allowance.demand();
        if (now - peakSince >= PEAK_NANOS) {
            peakBefore = peak;
            peak = 0;
            peakSince = now;
        }
        peak = Math.max(peak, demand.peak());
        if (demand.peak() > 0) {
            usedAt = now;
        }
        // Where there are hardly enough for all, nobody keeps what he does not use at this moment.
        int used = tight ? allowance.taken() : Math.max(peakBefore, peak);
        int more = demand.waiting();
        if (more == 0 && demand.refused()) {
            more = Math.max(1, used);
        }
        return allowance.isClosed() ? 0 : Math.min(Math.min(allowance.limit(), allowance.usable()), used + more);
    }

    private boolean mayKeepOne(long now, boolean tight) {
        return !tight && !contended && !allowance.isClosed() && now - usedAt < REMEMBERED_NANOS;
    }

    /** The fleet could not be asked. */
    void unanswered() {
        allowance.exhausted(true);
        answer();
    }

    /**
     * The fleet's answer.
     *
     * @param settled whether it is made with knowledge of all that is held
     * @return whether more runs may begin than before
     */
    boolean answered(PermitGrant grant, boolean settled) {
        ended = grant.ended();
        if (ended) {
            forfeit();
            answer();
            return false;
        }
        contended = grant.contended();
        scarce = grant.granted() < want;
        kept = grant.granted();
        allowance.exhausted(scarce);
        int goal = Math.min(allowance.limit(), settled ? due(grant) : grant.granted());
        boolean more = goal > allowance.circulating();
        if (more) {
            allowance.growTo(goal);
        } else if (allowance.shrinkTo(goal) < kept && contended) {
            hurried = true; // Somebody waits for what was given back.
        }
        answer();
        return more;
    }

    /** What is held beyond the due goes back: at once when somebody lacks it, else when it is worth a word. */
    private static int due(PermitGrant grant) {
        int bearable = grant.contended() ? grant.share() : grant.share() + grant.share() / 8 + 1;
        return grant.granted() > bearable ? grant.share() : grant.granted();
    }

    private void answer() {
        answering.forEach(caller -> caller.complete(null));
        answering.clear();
    }
}
