package dev.millrace.redis;

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
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Outcomes to write, of one function and trigger. */
final class Outcomes {

    static final FunctionRef FUNCTION = FunctionRef.of("resize");
    static final OutcomeHeading HEADING =
            new OutcomeHeading(17, 3, new TriggerRef(FUNCTION, "photos"), TriggerType.COS);
    static final int TTL_SECONDS = 3600;

    /** When they ended, unless said otherwise. */
    static final long ENDED = 1_790_000_000_000L;

    static final byte[] NO_RESULT = {};

    private Outcomes() {}

    static EventAddress address(long offset) {
        return new EventAddress(HEADING.trigger(), HEADING.partition(), offset);
    }

    static Outcome succeeded(long offset, String result) {
        return outcome(offset, Status.SUCCEEDED, 1, ENDED + offset, utf8(result), "");
    }

    static Outcome failed(long offset, int attempt) {
        return outcome(offset, Status.FAILED, attempt, ENDED + offset, NO_RESULT, "");
    }

    static Outcome retrying(long offset, int attempt) {
        return outcome(offset, Status.RETRYING, attempt, ENDED + offset, NO_RESULT, "");
    }

    static Outcome logging(long offset, Status status, int attempt, String log) {
        return outcome(offset, status, attempt, ENDED + offset, NO_RESULT, log);
    }

    static Outcome outcome(long offset, Status status, int attempt, long endedAt, byte[] result, String log) {
        AttemptError error =
                status == Status.SUCCEEDED ? null : new AttemptError(430, "ValueError", "no such picture", "");
        List<Attempt> attempts = new ArrayList<>();
        for (int number = 1; number <= attempt; number++) {
            attempts.add(new Attempt(number, endedAt - 10, 1000, null, "w-1", 0, error, 0));
        }
        return new Outcome(
                address(offset),
                status,
                "$LATEST",
                endedAt - 20,
                endedAt,
                TTL_SECONDS,
                attempts,
                result,
                error,
                utf8(log),
                null);
    }

    static OutcomePack.Entries pack(Outcome... outcomes) {
        OutcomePack pack = new OutcomePack(HEADING);
        Stream.of(outcomes).map(OutcomePack::encode).forEach(pack::add);
        try {
            return OutcomePack.entries(pack.toBytes());
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    static int partition() {
        return Topics.outcomePartition(address(0));
    }

    static OutcomeBatch batch(long from, long next, Outcome... outcomes) {
        return new OutcomeBatch(
                partition(),
                from,
                next,
                Arrays.stream(outcomes).map(Outcomes::pack).toList());
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
