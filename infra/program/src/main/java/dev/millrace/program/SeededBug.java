package dev.millrace.program;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Mistakes that the programs make on purpose, so that it can be tested that {@code millrace chaos} finds them: a checker
 * that has never found anything proves nothing. Off unless the environment variable {@code MILLRACE_SEEDED_BUG} names one
 * and {@code MILLRACE_CHAOS} says that the cluster is one of {@code millrace chaos}; without the latter no program starts.
 */
public enum SeededBug {
    /** A worker counts an event as done when it begins to run it. */
    DONE_BEFORE_RUN,
    /** A worker runs every event once more than it has attempts. */
    RUNS_TWICE,
    /** A dispatcher stores an event and tells the caller that it did not. */
    STORED_BUT_REFUSED,
    /** A dispatcher tells of an invocation that has ended something else each time it is asked. */
    END_CHANGES,
    /** A worker runs every function as often as if it were alone. */
    LIMITS_IGNORED;

    private static final String WANTED = "MILLRACE_SEEDED_BUG";
    private static final String CHAOS = "MILLRACE_CHAOS";
    private static final Set<SeededBug> ON = from(System.getenv(WANTED), System.getenv(CHAOS));

    /** Whether the mistake is to be made; otherwise it costs a look. */
    public boolean on() {
        return ON.contains(this);
    }

    /**
     * Looks at the settings when a program starts.
     *
     * @throws StartException when a mistake is to be made outside of chaos
     */
    static void refuseOutsideChaos() throws StartException {
        try {
            from(System.getenv(WANTED), System.getenv(CHAOS));
        } catch (IllegalArgumentException e) {
            throw new StartException(StartException.USAGE, String.valueOf(e.getMessage()));
        }
    }

    static Set<SeededBug> from(@Nullable String wanted, @Nullable String chaos) {
        if (wanted == null || wanted.isBlank()) {
            return Set.of();
        }
        if (chaos == null || chaos.isBlank()) {
            throw new IllegalArgumentException(WANTED + " is for millrace chaos alone: remove it from the environment");
        }
        return Arrays.stream(wanted.split(",", -1))
                .map(name -> valueOf(name.strip().toUpperCase(Locale.ROOT).replace('-', '_')))
                .collect(Collectors.toUnmodifiableSet());
    }
}
