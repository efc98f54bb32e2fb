package dev.millrace.program;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Places at which a program dies on purpose, for tests of what a crash leaves behind, with real processes. Off unless the system property
 * {@code millrace.crash-point} or the environment variable {@code MILLRACE_CRASH_POINT} names one: {@code before-run},
 * or {@code before-run:100} to die when it is passed the hundredth time.
 */
public enum CrashPoint {
    /** An attempt is about to run; nothing has happened yet. */
    BEFORE_RUN("before-run"),
    /** The function has run; nobody knows. */
    AFTER_RUN_BEFORE_OUTCOME("after-run-before-outcome"),
    /** The broker has the outcome; the offset is not committed. */
    AFTER_OUTCOME_BEFORE_COMMIT("after-outcome-before-commit"),
    /** The broker has an outcome; what follows from it (the next attempt, a dead letter) is not stored. */
    AFTER_OUTCOME_BEFORE_CONSEQUENCE("after-outcome-before-consequence"),
    /** An attempt is claimed in Redis; it has not begun. */
    AFTER_CLAIM_BEFORE_RUN("after-claim-before-run"),
    /** A worker is about to tell the broker how far it is. */
    BEFORE_COMMIT("before-commit"),
    /** An event with an idempotency key is about to be stored; its key is reserved. */
    BEFORE_PUBLISH("before-publish"),
    /** The broker has an event with an idempotency key; the caller has not heard of it. */
    AFTER_PUBLISH_BEFORE_ANSWER("after-publish-before-answer"),
    /** The broker has the replays of dead letters; the letters are still there. */
    AFTER_REPLAY_BEFORE_RETRACT("after-replay-before-retract");

    /** What a process killed here leaves as its exit code: that of {@code kill -9}. */
    public static final int EXIT_CODE = 137;

    private static final Armed ARMED = Armed.from(configured());

    private final String text;

    CrashPoint(String text) {
        this.text = text;
    }

    /** Dies here, at once and without any shutdown hook, if this is the place named; otherwise costs a comparison. */
    public void reached() {
        if (this == ARMED.point && ARMED.passes.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }

    private static @Nullable String configured() {
        String property = System.getProperty("millrace.crash-point");
        return property != null ? property : System.getenv("MILLRACE_CRASH_POINT");
    }

    private record Armed(@Nullable CrashPoint point, AtomicLong passes) {

        static Armed from(@Nullable String text) {
            if (text == null || text.isBlank()) {
                return new Armed(null, new AtomicLong());
            }
            String name = text.replaceFirst(":[0-9]{1,9}$", "");
            long passes = name.equals(text) ? 1 : Long.parseLong(text.substring(name.length() + 1));
            for (CrashPoint point : values()) {
                if (point.text.equals(name) && passes > 0) {
                    return new Armed(point, new AtomicLong(passes));
                }
            }
            throw new IllegalArgumentException("no crash point is called " + text);
        }
    }
}
