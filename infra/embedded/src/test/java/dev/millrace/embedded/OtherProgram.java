package dev.millrace.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another process that uses this module, to be killed. */
final class OtherProgram implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private OtherProgram(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    static OtherProgram start(String action, Path directory) throws IOException {
        return start(List.of(), action, directory);
    }

    /** As the leader of a process group of its own, as a shell or a build server would start it. */
    static OtherProgram startAsGroup(String action, Path directory) throws IOException {
        return start(List.of("setsid"), action, directory);
    }

    private static OtherProgram start(List<String> before, String action, Path directory) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OtherProgram.class.getName(),
                action,
                directory.toString()));
        return new OtherProgram(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    static void main(String[] args) throws IOException {
        Path directory = Path.of(args[1]);
        try {
            System.out.println(
                    switch (args[0]) {
                        case "lock" -> locked(directory);
                        case "kafka" ->
                            Long.toString(EmbeddedKafka.in(directory).start().pid());
                        case "redis" ->
                            Long.toString(EmbeddedRedis.in(directory).start().pid());
                        default -> throw new IllegalArgumentException(args[0]);
                    });
        } catch (EmbeddedServerException e) {
            System.out.println("refused: " + e.getMessage());
        }
        while (System.in.read() >= 0) {
            // Lives until the test ends it.
        }
    }

    private static String locked(Path directory) {
        DataDirectory.lock(directory);
        return "locked";
    }

    String line() throws IOException {
        return output.readLine();
    }

    long pid() {
        return process.pid();
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Ends every process of the group at once. */
    void killGroup() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-KILL", "--", "-" + process.pid()).start().waitFor();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
