package dev.millrace.cli.program;

import dev.millrace.cli.shell.Shell;

/** What is asked for by a flag and not there yet is said, not passed over. */
final class NotBuiltYet {

    private NotBuiltYet() {}

    static void scfPort(Shell shell, String port) {
        shell.err().println("SCF's interface is not built yet: nothing listens on port " + port);
        shell.err().flush();
    }
}
