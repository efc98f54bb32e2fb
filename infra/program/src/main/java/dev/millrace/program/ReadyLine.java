package dev.millrace.program;

import java.io.PrintStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;

/** The one line on stdout by which a program says that it serves. Thread-safe. */
public final class ReadyLine {

    private final PrintStream out;
    private final AtomicBoolean printed = new AtomicBoolean();

    public ReadyLine(PrintStream out) {
        this.out = out;
    }

    /**
     * Prints {@code ready URL} and further addresses; a second call prints nothing.
     *
     * @param main the program's main address
     * @param others further addresses, each as {@code name=URL}
     */
    public void print(URI main, String... others) {
        if (printed.compareAndSet(false, true)) {
            out.println(others.length == 0 ? "ready " + main : "ready " + main + " " + String.join(" ", others));
            out.flush();
        }
    }
}
