package dev.millrace.worker.execute;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stack traces as the author of a handler wants them: from the exception down to the handler, without the frames of the
 * worker that called it.
 */
final class StackTraces {

    private static final int MAX_FRAMES = 60;
    private static final int MAX_CAUSES = 8;

    private final String caller;
    private final StringBuilder text = new StringBuilder(512);
    private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private StackTraces(String caller) {
        this.caller = caller;
    }

    /**
     * The trace of a failure and its causes.
     *
     * @param caller the class that called the handler: its frame and all below are left out
     */
    static String of(Throwable failure, Class<?> caller) {
        StackTraces trace = new StackTraces(caller.getName());
        trace.add(failure);
        return trace.text.toString().stripTrailing();
    }

    /** The text of a failure, even of one that cannot tell it. */
    static String textOf(Throwable failure) {
        try {
            String message = failure.getMessage();
            return message == null ? failure.getClass().getName() : message;
        } catch (RuntimeException e) {
            return "(" + failure.getClass().getName() + " failed to tell its text: "
                    + e.getClass().getName() + ")";
        }
    }

    private void add(Throwable failure) {
        String lead = "";
        Throwable next = failure;
        for (int i = 0; next != null && i < MAX_CAUSES && seen.add(next); i++) {
            text.append(lead).append(headline(next)).append('\n');
            addFrames(next.getStackTrace());
            lead = "Caused by: ";
            next = causeOf(next);
        }
    }

    private static String headline(Throwable failure) {
        String type = failure.getClass().getName();
        String message = textOf(failure);
        return message.equals(type) ? type : type + ": " + message;
    }

    private void addFrames(StackTraceElement[] frames) {
        int shown = 0;
        for (StackTraceElement frame : frames) {
            if (frame.getClassName().equals(caller)) {
                return;
            }
            if (shown++ == MAX_FRAMES) {
                text.append("\t… ").append(frames.length - MAX_FRAMES).append(" more\n");
                return;
            }
            text.append("\tat ").append(frame).append('\n');
        }
    }

    private static @Nullable Throwable causeOf(Throwable failure) {
        try {
            return failure.getCause();
        } catch (RuntimeException e) {
            return null; // An exception that fails to tell its cause has none for us.
        }
    }
}
