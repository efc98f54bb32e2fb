package dev.millrace.benchmarks.instances;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The yardstick: a process that sends each line back, and nothing else. */
final class PipeEcho implements AutoCloseable {

    private final Process process;
    private final OutputStream to;
    private final InputStream from;

    private PipeEcho(Process process) {
        this.process = process;
        this.to = process.getOutputStream();
        this.from = process.getInputStream();
    }

    static PipeEcho start(Interpreter interpreter) throws IOException {
        return new PipeEcho(new ProcessBuilder(interpreter.echo())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Sends the bytes as a line and waits until all of them are back. */
    void send(byte[] bytes) throws IOException {
        to.write(bytes);
        to.write('\n');
        to.flush();
        from.skipNBytes(bytes.length + 1L);
    }

    @Override
    public void close() throws IOException {
        to.close();
        process.onExit().join();
    }
}
