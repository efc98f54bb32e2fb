package dev.millrace.dispatcher.http;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.ColdStart;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Invocations to show. */
final class Samples {

    static final EventAddress ADDRESS = new EventAddress(17, 3, 4711);
    static final RequestIdCodec IDS = new RequestIdCodec(new byte[RequestIdCodec.KEY_BYTES]);
    static final String ID = IDS.encode(ADDRESS).toString();
    static final long ACCEPTED = Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli();
    static final TriggerRef TRIGGER = new TriggerRef(FunctionRef.of("resize"), "photos");

    private Samples() {}

    static Attempt coldAttempt() {
        return new Attempt(
                1,
                ACCEPTED + 10,
                12_300,
                new ColdStart(41_200, 2_900, 20_000, 18_300),
                "worker-1",
                11_112_448,
                null,
                0);
    }

    static Attempt failedAttempt() {
        AttemptError error = new AttemptError(433, "TimeLimitReached", "Invoking task timed out after 3 seconds", "");
        return new Attempt(1, ACCEPTED + 10, 3_000_000, null, "worker-1", 0, error, ACCEPTED + 63_010);
    }

    static Outcome succeeded(String result) {
        return outcome(Status.SUCCEEDED, List.of(coldAttempt()), result.getBytes(StandardCharsets.UTF_8), null);
    }

    static Outcome retrying() {
        return outcome(
                Status.RETRYING,
                List.of(failedAttempt()),
                new byte[0],
                failedAttempt().error());
    }

    static Outcome outcome(Status status, List<Attempt> attempts, byte[] result, @Nullable AttemptError error) {
        long endedAt = attempts.isEmpty() ? ACCEPTED : attempts.getLast().endedAt();
        return new Outcome(
                ADDRESS, status, "$LATEST", ACCEPTED, endedAt, 3600, attempts, result, error, new byte[0], null);
    }

    static InvocationView view(Outcome outcome, @Nullable String waitingFor) {
        return new InvocationView(
                ADDRESS,
                TRIGGER,
                TriggerType.COS,
                outcome.status(),
                waitingFor,
                ACCEPTED,
                outcome,
                null,
                outcome.replayOf());
    }
}
