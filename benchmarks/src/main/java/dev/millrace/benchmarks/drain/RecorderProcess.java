package dev.millrace.benchmarks.drain;

import dev.millrace.benchmarks.stage.ChildJvm;
import java.io.IOException;

/** A recorder in a JVM of its own. */
final class RecorderProcess implements AutoCloseable {

    /** The sub-command of that JVM. */
    static final String COMMAND = "recorder-of-drain";

    private final ChildJvm process;

    private RecorderProcess(ChildJvm process) {
        this.process = process;
    }

    static RecorderProcess start(Backlog backlog) throws IOException {
        ChildJvm process = ChildJvm.start(COMMAND, backlog.words());
        process.line(); // It says that it records.
        return new RecorderProcess(process);
    }

    @Override
    public void close() {
        process.close();
    }
}
