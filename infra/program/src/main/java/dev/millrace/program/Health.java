package dev.millrace.program;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Whether a program can do its work, part by part. Thread-safe.
 *
 * <p>Not being ready is no reason to restart a program: {@code /healthz} answers as long as the process can answer at
 * all, {@code /readyz} tells whether it should be given work.
 */
public final class Health {

    /** What a part says when all is well. */
    public static final String OK = "ok";

    private final Map<String, Part> parts = new ConcurrentSkipListMap<>();
    private final Map<String, Part> notes = new ConcurrentSkipListMap<>();

    /** One part's answer. Must not block. */
    @FunctionalInterface
    public interface Part {

        /** {@link Health#OK}, or why not, for a person to read. */
        String state();
    }

    /** Adds a part, or replaces it. */
    public void part(String name, Part part) {
        parts.put(name, part);
    }

    /** Adds something that is shown but without which the program can do its work. */
    public void note(String name, Part part) {
        notes.put(name, part);
    }

    /** Every part's state and every note, by name. A part that fails to answer says so. */
    public Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        parts.forEach((name, part) -> states.put(name, state(part)));
        notes.forEach((name, part) -> states.put(name, state(part)));
        return states;
    }

    /** Whether every part is well. */
    public boolean isReady() {
        return parts.values().stream().allMatch(part -> OK.equals(state(part)));
    }

    private static String state(Part part) {
        try {
            return part.state();
        } catch (RuntimeException e) {
            return "does not answer: " + e;
        }
    }
}
