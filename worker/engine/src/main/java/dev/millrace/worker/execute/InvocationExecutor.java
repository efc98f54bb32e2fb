package dev.millrace.worker.execute;

import dev.millrace.program.CrashPoint;
import dev.millrace.program.SeededBug;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.fate.AttemptEnd;
import dev.millrace.worker.fate.Fate;
import java.time.Clock;
import java.time.Instant;

/**
 * What happens to an invocation, from delivery to fate. Thread-safe; called on the thread of a turn.
 *
 * <pre>
 *  delivery ─► is it ours? ─► may it start? ─► run, in a handler or an instance ─► AttemptEnd ─► Fate ─► report
 *                              └── no ─────────────────────────────────────────────┘
 * </pre>
 */
final class InvocationExecutor {

    private static final AttemptEnd.CallRefused STOOD_STILL = AttemptEnd.CallRefused.workerLost(
            "the worker stood still, so that its callers may have given it up: the call was not run");

    private final Beginning beginning;
    private final Admission admission;
    private final Cancelled cancelled;
    private final Settlement settlement;
    private final Clock clock;

    InvocationExecutor(
            Beginning beginning, Admission admission, Cancelled cancelled, Settlement settlement, Clock clock) {
        this.beginning = beginning;
        this.admission = admission;
        this.cancelled = cancelled;
        this.settlement = settlement;
        this.clock = clock;
    }

    /** Brings a delivery to its fate. Never throws for anything that an event or a function can do. */
    void execute(Delivery handedOver, Turn turn) {
        HostedFunction function = turn.function();
        Delivery delivery = beginning.of(handedOver, function);
        if (delivery == null) {
            return;
        }
        if (delivery.isCall() && !beginning.stands(delivery)) {
            refuse(delivery, function, STOOD_STILL);
            return;
        }
        OngoingAttempt attempt = new OngoingAttempt(
                delivery, function, clock.millis(), System.nanoTime(), () -> beginning.stands(delivery));
        function.meters().started();

        if (cancelled.contains(delivery.address())) {
            conclude(attempt, Run.none(new AttemptEnd.Cancelled(false)));
            return;
        }
        AttemptEnd.NotRun refusal = admission.refusal(attempt);
        if (refusal != null) {
            conclude(attempt, Run.none(refusal));
            return;
        }

        turn.begins(attempt);
        CrashPoint.BEFORE_RUN.reached();
        if (SeededBug.RUNS_TWICE.on()) {
            attempt.version().runner().run(attempt);
        }
        Run run = attempt.version().runner().run(attempt);
        CrashPoint.AFTER_RUN_BEFORE_OUTCOME.reached();
        if (turn.ends(attempt)) {
            if (attempt.isWithdrawn() || attempt.isHeldBack()) {
                function.meters().abandoned();
                withdrawn(attempt);
                return;
            }
            Run ended = attempt.isCancelled() ? run.cancelled() : run;
            function.breaker().ended(attempt, ended.end());
            conclude(attempt, ended);
        }
    }

    private void withdrawn(OngoingAttempt attempt) {
        Delivery delivery = attempt.delivery();
        HostedFunction function = attempt.function();
        if (!delivery.isCall()) {
            beginning.withdrawn(delivery, function);
        } else if (attempt.isHeldBack()) {
            refuse(
                    delivery,
                    function,
                    AttemptEnd.CallRefused.noGrowth(function.ref().name()));
        } else {
            refuse(delivery, function, STOOD_STILL);
        }
    }

    /** Brings a delivery to its fate that became too old while it waited; {@code false} when it is not too old. */
    boolean expire(Delivery delivery, HostedFunction function) {
        OngoingAttempt attempt = new OngoingAttempt(delivery, function, clock.millis(), System.nanoTime());
        AttemptEnd.NotRun tooOld = Admission.tooOld(attempt, attempt.startedAt());
        if (tooOld == null) {
            return false;
        }
        function.meters().started();
        conclude(attempt, Run.none(tooOld));
        return true;
    }

    /** Brings a synchronous call to its fate that is not begun. */
    void refuse(Delivery call, HostedFunction function, AttemptEnd.CallRefused why) {
        OngoingAttempt attempt = new OngoingAttempt(call, function, clock.millis(), System.nanoTime());
        function.meters().started();
        conclude(attempt, Run.none(why));
    }

    /** The time of an attempt is over and its handler has not come back. */
    void timedOut(OngoingAttempt attempt, long elapsedNanos) {
        AttemptEnd end = new AttemptEnd.TimedOut(attempt.version().timeout());
        attempt.function().breaker().ended(attempt, end);
        conclude(attempt, Run.of(end, elapsedNanos, attempt.takeLog()));
    }

    /** Somebody has ended an attempt whose handler runs here and has not come back. */
    void cancelled(OngoingAttempt attempt, long elapsedNanos) {
        AttemptEnd end = new AttemptEnd.Cancelled(true);
        attempt.function().breaker().ended(attempt, end);
        conclude(attempt, Run.of(end, elapsedNanos, attempt.takeLog()));
    }

    private void conclude(OngoingAttempt attempt, Run run) {
        Instant now = clock.instant();
        Fate fate = attempt.delivery().isCall()
                ? Fate.ofCall(run.end())
                : Fate.of(attempt.header(), run.end(), attempt.version().schedule(), now);
        settlement.carryOut(attempt, run, fate, now);
    }
}
