package dev.millrace.cli.program;

import dev.millrace.cli.shell.Shell;

/** How much is logged. To be said before anything is. */
final class Logging {

    private static final String PROPERTY = "millrace.log-level";

    private Logging() {}

    /** Warnings only, unless the user wants more: a person watches who wants to see other things. */
    static void quiet(Shell shell) {
        if (System.getProperty(PROPERTY) == null
                && shell.variable("MILLRACE_LOG_LEVEL").isEmpty()) {
            System.setProperty(PROPERTY, "warn");
        }
    }
}
