package dev.millrace.redis;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Redis knows of one invocation. */
public sealed interface Lookup {

    /** It ended. The outcome has a terminal status, carries no log, and never changes. */
    record Finished(OutcomeHeading heading, Outcome outcome) implements Lookup {
        public Finished {
            if (!outcome.status().isTerminal()) {
                throw new IllegalArgumentException(outcome.address() + " is " + outcome.status() + ", not finished");
            }
        }
    }

    /**
     * It has not ended as far as Redis knows. At least one of the first two is there.
     *
     * @param retrying how the last recorded attempt failed, and when the next follows
     * @param running the attempt that runs now, when it has run for a second or more
     * @param recordedUpTo as in {@link Absent}
     */
    record Unfinished(@Nullable Retrying retrying, @Nullable RunningRun running, long recordedUpTo) implements Lookup {
        public Unfinished {
            if (retrying == null && running == null) {
                throw new IllegalArgumentException("nothing is known: that is Absent");
            }
        }
    }

    /**
     * Nothing is known: not started, running since a moment ago, on its way through the outcome log, or expired.
     *
     * @param recordedUpTo everything before this offset of the invocation's outcome partition was in Redis at the moment
     *     it was asked; so an outcome that is still to be found lies at or after it
     */
    record Absent(long recordedUpTo) implements Lookup {}

    /** Nothing is known because Redis lost what it had and is being filled again from the outcome log. Ask later. */
    record Rebuilding() implements Lookup {}

    /** A failed attempt that another one follows; the outcome has no log. */
    record Retrying(OutcomeHeading heading, Outcome outcome) {}

    /** Whether what is said to run is not the very attempt whose end is known already. */
    static boolean stillRuns(@Nullable RunningRun running, @Nullable Retrying retrying) {
        if (running == null || retrying == null) {
            return running != null;
        }
        List<Attempt> attempts = retrying.outcome().attempts();
        return attempts.isEmpty() || attempts.getLast().number() < running.attempt();
    }
}
