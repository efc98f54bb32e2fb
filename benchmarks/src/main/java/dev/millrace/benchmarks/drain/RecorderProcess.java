package dev.millrace.benchmarks.drain;

import dev.millrace.benchmarks.stage.ChildJvm;
import dev.millrace.benchmarks.stage.Stage.Backing;
import java.io.IOException;
import java.util.List;

/** A JVM that records one installation after another, so that it is as warm as the one that drains. */
final class RecorderProcess implements AutoCloseable {

    /** The sub-command of that JVM. */
    static final String COMMAND = "recorder-of-drain";

    private final ChildJvm process;

    private RecorderProcess(ChildJvm process) {
        this.process = process;
    }

    static RecorderProcess start() throws IOException {
        return new RecorderProcess(ChildJvm.start(COMMAND, List.of()));
    }

    /** Records this installation until what it answers is closed; returns when it does. */
    AutoCloseable record(Backing backing) throws IOException {
        process.ask(String.join(" ", backing.kafka(), backing.prefix(), backing.redis()));
        return () -> process.ask(RecorderCommand.STOP);
    }

    @Override
    public void close() {
        process.close();
    }
}
