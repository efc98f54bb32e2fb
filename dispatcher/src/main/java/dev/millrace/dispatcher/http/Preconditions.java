package dev.millrace.dispatcher.http;

import dev.millrace.contract.DurationText;
import dev.millrace.contract.Limits;
import dev.millrace.kafka.registry.Expected;
import dev.millrace.kafka.registry.RevisionConflictException;
import dev.millrace.program.Problem;
import dev.millrace.program.ProblemException;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request takes for granted: {@code If-None-Match: *} (there is none yet), {@code If-Match: "7"} (that revision),
 * {@code Idempotency-Key} (it was not made before), {@code Millrace-Delay} (its time has come).
 */
final class Preconditions {

    private static final Pattern REVISION = Pattern.compile("\"?(\\d{1,18})\"?");

    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[\\x21-\\x7E]{1,255}");

    private Preconditions() {}

    static Optional<String> idempotencyKey(Context context) {
        String key = context.header("Idempotency-Key");
        if (key != null && !IDEMPOTENCY_KEY.matcher(key).matches()) {
            throw Problem.malformed("Idempotency-Key takes 1 to 255 visible ASCII characters without spaces")
                    .exception();
        }
        return Optional.ofNullable(key);
    }

    /** How long the event waits before it is run; nothing unless the request says so. */
    static Duration delay(Context context) {
        String text = context.header("Millrace-Delay");
        if (text == null) {
            return Duration.ZERO;
        }
        return DurationText.parse(text)
                .filter(delay -> delay.compareTo(Limits.DELAY) <= 0)
                .orElseThrow(() -> Problem.of(
                                422,
                                "invalid-delay",
                                "Not a delay",
                                "Millrace-Delay takes a duration such as 30s or 2h, at most "
                                        + DurationText.of(Limits.DELAY) + ", not " + text
                                        + ": nothing was accepted and nothing will run")
                        .exception());
    }

    static Expected of(Context context) {
        String match = context.header("If-Match");
        String noneMatch = context.header("If-None-Match");
        if (noneMatch != null) {
            if (!"*".equals(noneMatch.strip()) || match != null) {
                throw Problem.malformed("If-None-Match takes *, and not together with If-Match")
                        .exception();
            }
            return new Expected.Absent();
        }
        if (match == null || "*".equals(match.strip())) {
            return Expected.anything();
        }
        Matcher revision = REVISION.matcher(match.strip());
        if (!revision.matches()) {
            throw Problem.malformed("If-Match takes a revision such as \"7\", not " + match)
                    .exception();
        }
        return new Expected.Revision(Long.parseLong(revision.group(1)));
    }

    static ProblemException conflict(RevisionConflictException e) {
        return Problem.of(409, "conflict", "It was changed in between", String.valueOf(e.getMessage()))
                .with("revision", e.present())
                .exception();
    }
}
