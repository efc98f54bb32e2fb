package dev.millrace.worker.execute;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.fate.AttemptEnd;
import dev.millrace.worker.fate.Fate;
import dev.millrace.worker.fate.History;
import dev.millrace.worker.report.Consequences;
import dev.millrace.worker.report.OutcomeReporter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries a fate out: writes it down as an outcome, or sees to the next attempt. Thread-safe. */
final class Settlement {

    private static final Logger log = LoggerFactory.getLogger(Settlement.class);
    private static final byte[] NOTHING = new byte[0];

    private final String worker;
    private final OutcomeReporter reporter;
    private final Consequences consequences;
    private final Held held;
    private final RequestIds requestIds;

    Settlement(String worker, OutcomeReporter reporter, Consequences consequences, Held held, RequestIds requestIds) {
        this.worker = worker;
        this.reporter = reporter;
        this.consequences = consequences;
        this.held = held;
        this.requestIds = requestIds;
    }

    void carryOut(OngoingAttempt attempt, Run run, Fate fate, Instant now) {
        attempt.function().meters().ended(run, fate);
        if (log.isDebugEnabled()) {
            trace(attempt, run, fate);
        }
        Delivery delivery = attempt.delivery();
        switch (fate) {
            case Fate.Succeed succeed -> last(attempt, run, now, Status.SUCCEEDED, succeed.result(), null);
            case Fate.Fail fail -> last(attempt, run, now, Status.FAILED, NOTHING, fail.reason());
            case Fate.Expire expire -> last(attempt, run, now, Status.EXPIRED, NOTHING, expire.reason());
            case Fate.Bury bury -> last(attempt, run, now, Status.DEAD, NOTHING, bury.reason());
            case Fate.Fold fold -> last(attempt, run, now, Status.DUPLICATE, NOTHING, fold.reason());
            case Fate.TryAgain again -> {
                Attempt tried = attemptOf(attempt, run, again.at().toEpochMilli());
                List<Attempt> attempts = History.with(delivery.header().history(), tried);
                Outcome outcome = outcome(attempt, run, now, Status.RETRYING, attempts, NOTHING, again.reason());
                reporter.interim(delivery, OutcomePack.encode(outcome));
                held.until(again.at(), attempt.function(), next(delivery, attempts));
            }
        }
    }

    private void last(
            OngoingAttempt attempt, Run run, Instant now, Status status, byte[] result, @Nullable AttemptError error) {
        List<Attempt> earlier = attempt.header().history();
        List<Attempt> attempts = wasTried(run) ? History.with(earlier, attemptOf(attempt, run, 0)) : earlier;
        Outcome outcome = outcome(attempt, run, now, status, attempts, result, error);
        reporter.ended(attempt.delivery(), OutcomePack.encode(outcome), consequences.of(attempt.delivery(), outcome));
    }

    /** Whether this counts as an attempt: an event that is too old, damaged or a repetition was not tried. */
    private static boolean wasTried(Run run) {
        return switch (run.end()) {
            case AttemptEnd.Returned returned -> true;
            case AttemptEnd.Failed failed -> true;
            case AttemptEnd.NotStarted notStarted -> true;
            case AttemptEnd.TooOld tooOld -> false;
            case AttemptEnd.Unrunnable unrunnable -> false;
            case AttemptEnd.Repeated repeated -> false;
        };
    }

    private Attempt attemptOf(OngoingAttempt attempt, Run run, long nextTryAt) {
        return new Attempt(
                attempt.header().attempt(),
                attempt.startedAt(),
                run.durationNanos() / 1000,
                run.coldStart(),
                worker,
                run.memoryBytes(),
                errorOf(run.end()),
                nextTryAt);
    }

    private static @Nullable AttemptError errorOf(AttemptEnd end) {
        return switch (end) {
            case AttemptEnd.Returned returned -> null;
            case AttemptEnd.Failed failed -> failed.error();
            case AttemptEnd.NotRun notRun -> notRun.error();
        };
    }

    private static Outcome outcome(
            OngoingAttempt attempt,
            Run run,
            Instant now,
            Status status,
            List<Attempt> attempts,
            byte[] result,
            @Nullable AttemptError error) {
        EventHeader header = attempt.header();
        return new Outcome(
                attempt.delivery().address(),
                status,
                attempt.version().name(),
                header.acceptedAt(),
                now.toEpochMilli(),
                (int) attempt.version().resultTtl().toSeconds(),
                attempts,
                result,
                error,
                run.log(),
                header.replayOf());
    }

    /** The same event for its next attempt. */
    private static Delivery next(Delivery delivery, List<Attempt> attempts) {
        EventHeader header = delivery.header();
        EventHeader next = new EventHeader(
                header.acceptedAt(),
                header.attempt() + 1,
                header.crashes(),
                header.expiresAt(),
                header.notBefore(),
                header.origin(),
                header.dedupKey(),
                header.replayOf(),
                header.hops(),
                attempts);
        return new Delivery(
                delivery.lane(),
                delivery.offset(),
                delivery.address(),
                next,
                delivery.trigger(),
                delivery.event(),
                delivery.unreadable());
    }

    private void trace(OngoingAttempt attempt, Run run, Fate fate) {
        log.atDebug()
                .addKeyValue("requestId", requestIds.of(attempt.delivery().address()))
                .addKeyValue("function", attempt.version().ref())
                .addKeyValue("attempt", attempt.header().attempt())
                .addKeyValue("durationMicros", run.durationNanos() / 1000)
                .log(
                        "{}: {}",
                        fate.getClass().getSimpleName(),
                        run.end().getClass().getSimpleName());
    }
}
