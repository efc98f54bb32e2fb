package dev.millrace.worker.fate;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventHeader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of an invocation so far, as many as an event's header carries. When there are more, failures of the
 * platform are forgotten first, oldest first: what the function did itself (11 attempts at most) is always there, so
 * its failures can be counted.
 */
public final class History {

    private static final int PLATFORM = 500;

    /** Characters of all errors that travel as they are; sixteen shortened ones are fewer. */
    private static final int CARRIED_WHOLE = 64 * 1024;

    private static final int CARRIED_OF_ONE = 4 * 1024;

    private History() {}

    /** The history with one more attempt. */
    public static List<Attempt> with(List<Attempt> history, Attempt attempt) {
        if (history.isEmpty()) {
            return List.of(attempt);
        }
        List<Attempt> longer = new ArrayList<>(history);
        longer.add(attempt);
        if (longer.size() > EventHeader.MAX_HISTORY) {
            longer.remove(leastTelling(longer));
        }
        return longer;
    }

    /**
     * The history as far as an event carries it to its next attempt: what earlier attempts left behind is shortened when
     * it would make the record larger than a topic takes.
     */
    public static List<Attempt> carried(List<Attempt> history) {
        int characters = 0;
        for (Attempt attempt : history) {
            characters += charactersOf(attempt.error());
        }
        return characters <= CARRIED_WHOLE
                ? history
                : history.stream().map(History::shortened).toList();
    }

    private static int charactersOf(@Nullable AttemptError error) {
        return error == null ? 0 : error.text().length() + error.stackTrace().length();
    }

    private static Attempt shortened(Attempt attempt) {
        AttemptError error = attempt.error();
        if (charactersOf(error) <= CARRIED_OF_ONE || error == null) {
            return attempt;
        }
        String text = cut(error.text());
        AttemptError less = new AttemptError(error.code(), error.type(), text, cut(error.stackTrace()));
        return new Attempt(
                attempt.number(),
                attempt.startedAt(),
                attempt.durationMicros(),
                attempt.coldStart(),
                attempt.worker(),
                attempt.memoryBytes(),
                less,
                attempt.nextTryAt());
    }

    private static String cut(String text) {
        return text.length() <= CARRIED_OF_ONE / 2 ? text : text.substring(0, CARRIED_OF_ONE / 2) + " …";
    }

    /** How often the function itself has failed. */
    static int failures(List<Attempt> history) {
        int failures = 0;
        for (Attempt attempt : history) {
            if (attempt.error() != null && !isPlatformError(attempt)) {
                failures++;
            }
        }
        return failures;
    }

    private static int leastTelling(List<Attempt> attempts) {
        for (int i = 0; i < attempts.size() - 1; i++) {
            if (isPlatformError(attempts.get(i))) {
                return i;
            }
        }
        return 1;
    }

    private static boolean isPlatformError(Attempt attempt) {
        return attempt.error() != null && attempt.error().code() == PLATFORM;
    }
}
