package dev.millrace.dispatcher.wait;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Outcomes of a lane, for tests of the recorder and of waiting. */
public final class Samples {

    /** The lane, unless said otherwise. */
    public static final OutcomeHeading HEADING = heading(17, 3);

    private static final byte[] NO_RESULT = {};

    private Samples() {}

    /** A lane. */
    public static OutcomeHeading heading(int trigger, int partition) {
        return new OutcomeHeading(
                trigger, partition, new TriggerRef(FunctionRef.of("resize"), "photos"), TriggerType.COS);
    }

    /** An event of the usual lane. */
    public static EventAddress address(long offset) {
        return new EventAddress(HEADING.trigger(), HEADING.partition(), offset);
    }

    /** The outcome partition of the usual lane. */
    public static int partition() {
        return Topics.outcomePartition(address(0));
    }

    /** A success of the usual lane, with the offset as its result. */
    public static Outcome succeeded(long offset, String log) {
        return succeeded(HEADING, offset, log);
    }

    /** A success, with the offset as its result. */
    public static Outcome succeeded(OutcomeHeading heading, long offset, String log) {
        byte[] result = Long.toString(offset).getBytes(StandardCharsets.UTF_8);
        return outcome(heading, offset, Status.SUCCEEDED, 1, result, null, log);
    }

    /** A failure after so many attempts. */
    public static Outcome failed(long offset, int attempt, String log) {
        return outcome(HEADING, offset, Status.FAILED, attempt, NO_RESULT, error(), log);
    }

    /** A failed attempt that another one follows. */
    public static Outcome retrying(long offset, int attempt, String log) {
        return outcome(HEADING, offset, Status.RETRYING, attempt, NO_RESULT, error(), log);
    }

    /** A record of the outcome log. */
    public static byte[] pack(OutcomeHeading heading, Outcome... outcomes) {
        OutcomePack pack = new OutcomePack(heading);
        for (Outcome outcome : outcomes) {
            pack.add(OutcomePack.encode(outcome));
        }
        return pack.toBytes();
    }

    /** What the recorder reads of a record with this outcome. */
    public static OutcomePack.Entries entries(Outcome... outcomes) {
        try {
            return OutcomePack.entries(pack(HEADING, outcomes));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private static AttemptError error() {
        return new AttemptError(430, "ValueError", "no such picture", "");
    }

    private static Outcome outcome(
            OutcomeHeading heading,
            long offset,
            Status status,
            int attempt,
            byte[] result,
            @Nullable AttemptError error,
            String log) {
        long now = System.currentTimeMillis();
        List<Attempt> attempts = new ArrayList<>();
        for (int number = 1; number <= attempt; number++) {
            attempts.add(new Attempt(number, now - 10, 1000, null, "w-1", 0, error, 0));
        }
        return new Outcome(
                new EventAddress(heading.trigger(), heading.partition(), offset),
                status,
                "$LATEST",
                now - 20,
                now,
                3600,
                attempts,
                result,
                error,
                log.getBytes(StandardCharsets.UTF_8),
                null);
    }
}
