package dev.millrace.cli.operate;

import java.util.concurrent.Callable;

/**
 * What {@code doctor} says of one part.
 *
 * @param part its name
 * @param ok whether it is as it should be; what is merely worth knowing is ok
 * @param text what was found and, when it is not ok, what to do
 */
record Finding(String part, boolean ok, String text) {

    static Finding ok(String part, String text) {
        return new Finding(part, true, text);
    }

    static Finding wrong(String part, String text) {
        return new Finding(part, false, text);
    }

    /** A look that may itself go wrong, which is a finding as well. */
    static Finding of(String part, Callable<Finding> look) {
        try {
            return look.call();
        } catch (Exception e) {
            return wrong(part, "could not be looked at: " + e);
        }
    }
}
