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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries a fate out: writes it down as an outcome, from which everything else follows. Thread-safe. */
final class Settlement {

    private static final Logger log = LoggerFactory.getLogger(Settlement.class);
    private static final byte[] NOTHING = new byte[0];

    /** What is not finished is shown for so long after it should have been tried again. */
    private static final Duration SHOWN_AFTER_ITS_TIME = Duration.ofDays(1);

    private final String worker;
    private final OutcomeReporter reporter;
    private final Consequences consequences;
    private final RequestIds requestIds;
    private final CallAnswers answers;

    Settlement(ExecutionSetup setup, OutcomeReporter reporter, Consequences consequences) {
        this.worker = setup.worker();
        this.reporter = reporter;
        this.consequences = consequences;
        this.requestIds = setup.requestIds();
        this.answers = setup.answers();
    }

    void carryOut(OngoingAttempt attempt, Run run, Fate fate, Instant now) {
        attempt.function().meters().ended(run, fate);
        if (log.isDebugEnabled()) {
            trace(attempt, run, fate);
        }
        switch (fate) {
            case Fate.Succeed succeed -> last(attempt, run, now, Status.SUCCEEDED, succeed.result(), null);
            case Fate.Fail fail -> last(attempt, run, now, Status.FAILED, NOTHING, fail.reason());
            case Fate.Expire expire -> last(attempt, run, now, Status.EXPIRED, NOTHING, expire.reason());
            case Fate.Bury bury -> last(attempt, run, now, Status.DEAD, NOTHING, bury.reason());
            case Fate.Fold fold -> last(attempt, run, now, Status.DUPLICATE, NOTHING, fold.reason());
            case Fate.Cancel cancel -> last(attempt, run, now, Status.CANCELLED, NOTHING, cancel.reason());
            case Fate.TryAgain again -> {
                List<Attempt> attempts = tried(attempt, run, again.at().toEpochMilli());
                report(attempt, again(attempt, run, now, again.at(), attempts, again.reason()));
            }
            case Fate.Postpone postpone -> {
                List<Attempt> attempts = attempt.header().history();
                report(attempt, again(attempt, run, now, postpone.at(), attempts, postpone.reason()));
            }
        }
    }

    private void last(
            OngoingAttempt attempt, Run run, Instant now, Status status, byte[] result, @Nullable AttemptError error) {
        EventHeader header = attempt.header();
        FunctionVersion version = attempt.version();
        report(
                attempt,
                new Outcome(
                        attempt.delivery().address(),
                        status,
                        version.name(),
                        header.acceptedAt(),
                        now.toEpochMilli(),
                        (int) version.resultTtl().toSeconds(),
                        wasTried(run) ? tried(attempt, run, 0) : header.history(),
                        result,
                        error,
                        run.log(),
                        header.replayOf(),
                        header.notBefore()));
    }

    private static Outcome again(
            OngoingAttempt attempt, Run run, Instant now, Instant at, List<Attempt> attempts, AttemptError reason) {
        EventHeader header = attempt.header();
        FunctionVersion version = attempt.version();
        Duration shown = Duration.between(now, at).plus(SHOWN_AFTER_ITS_TIME);
        return new Outcome(
                attempt.delivery().address(),
                Status.RETRYING,
                version.name(),
                header.acceptedAt(),
                now.toEpochMilli(),
                (int) Math.max(version.resultTtl().toSeconds(), shown.toSeconds()),
                attempts,
                NOTHING,
                reason,
                run.log(),
                header.replayOf(),
                at.toEpochMilli());
    }

    private void report(OngoingAttempt attempt, Outcome outcome) {
        Delivery delivery = attempt.delivery();
        byte[] encoded = OutcomePack.encode(outcome);
        if (delivery.isCall()) {
            // Its caller does not wait for the log, and nothing follows from a call but its outcome.
            answers.ended(delivery, outcome, encoded);
            reporter.ended(delivery, encoded, List.of());
        } else {
            reporter.ended(delivery, encoded, consequences.of(delivery, outcome));
        }
    }

    private List<Attempt> tried(OngoingAttempt attempt, Run run, long nextTryAt) {
        return History.with(attempt.header().history(), attemptOf(attempt, run, nextTryAt));
    }

    /** Whether this counts as an attempt: an event that is too old, damaged or a repetition was not tried. */
    private static boolean wasTried(Run run) {
        return switch (run.end()) {
            case AttemptEnd.Returned returned -> true;
            case AttemptEnd.Failed failed -> true;
            case AttemptEnd.NotStarted notStarted -> true;
            case AttemptEnd.NotDue notDue -> false;
            case AttemptEnd.HeldBack heldBack -> false;
            case AttemptEnd.TooOld tooOld -> false;
            case AttemptEnd.Unrunnable unrunnable -> false;
            case AttemptEnd.GivenUp givenUp -> false;
            case AttemptEnd.WorkerCrashed crashed -> false;
            case AttemptEnd.CallRefused refused -> false;
            case AttemptEnd.Repeated repeated -> false;
            case AttemptEnd.Cancelled cancelled -> cancelled.begun();
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
            case AttemptEnd.Cancelled cancelled -> cancelled.error();
        };
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
