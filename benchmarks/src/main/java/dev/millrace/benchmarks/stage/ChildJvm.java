package dev.millrace.benchmarks.stage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A fresh JVM that runs one sub-command and is told to end by the end of its input. */
public final class ChildJvm implements AutoCloseable {

    private static final String MAIN = "dev.millrace.benchmarks.Benchmarks";

    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /** Starts it with this JVM's class path and options. */
    public static ChildJvm start(String command, List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN, command));
        words.addAll(arguments);
        return new ChildJvm(new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Hands it a line and answers the line that it prints to that. */
    public String ask(String question) throws IOException {
        Writer input = process.outputWriter();
        input.write(question + "\n");
        input.flush();
        return line();
    }

    /** The next line it prints. */
    public String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            close();
            throw new IOException("a JVM of the measurement ended without an answer, exit code " + process.exitValue());
        }
        return line;
    }

    /** Kills it, as {@code kill -9} does, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Closes its input and waits for it; kills it after ten seconds. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended already, which is what is wanted.
        }
        try {
            if (process.waitFor(10, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly().onExit().join();
    }
}
