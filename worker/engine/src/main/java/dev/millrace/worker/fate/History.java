package dev.millrace.worker.fate;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.EventHeader;
import java.util.ArrayList;
import java.util.List;

/**
 * The attempts of an invocation so far, as many as an event's header carries. When there are more, failures of the
 * platform are forgotten first, oldest first: what the function did itself (11 attempts at most) is always there, so
 * its failures can be counted.
 */
public final class History {

    private static final int PLATFORM = 500;

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
