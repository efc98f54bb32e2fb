package dev.millrace.benchmarks.drain;

import java.io.IOException;
import java.util.Locale;

/** A way to get a backlog into Redis. */
enum Way {
    /** Worker, outcome log and recorder. */
    MILLRACE,
    /** Worker, outcome log, and a recorder in a JVM of its own. */
    MILLRACE_TWO_JVMS,
    /** A loop: poll, a pipeline of SETs, wait for its answers. */
    RAW,
    /** The same over two connections, so that polling, Redis and the wire work at the same time. */
    RAW_OVERLAPPED;

    Drained drain(Backlog backlog) throws IOException, InterruptedException {
        return switch (this) {
            case MILLRACE -> new MillraceDrain(backlog, false).run();
            case MILLRACE_TWO_JVMS -> new MillraceDrain(backlog, true).run();
            case RAW -> new RawDrain(backlog, 1).run();
            case RAW_OVERLAPPED -> new RawDrain(backlog, 2).run();
        };
    }

    boolean isMillrace() {
        return this == MILLRACE || this == MILLRACE_TWO_JVMS;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
