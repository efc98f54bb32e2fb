package dev.millrace.benchmarks.drain;

import java.io.IOException;
import java.util.Locale;

/** A way to get a backlog into Redis. */
enum Way {
    /** Worker, outcome log and recorder. */
    MILLRACE,
    /** A loop: poll, a pipeline of SETs, wait for its answers. */
    RAW,
    /** The same over two connections, so that polling, Redis and the wire work at the same time. */
    RAW_OVERLAPPED;

    /** @param recorders for Millrace */
    Drained drain(Backlog backlog, MillraceDrain.Recorders recorders) throws IOException, InterruptedException {
        return switch (this) {
            case MILLRACE -> new MillraceDrain(backlog, recorders).run();
            case RAW -> new RawDrain(backlog, 1).run();
            case RAW_OVERLAPPED -> new RawDrain(backlog, 2).run();
        };
    }

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
