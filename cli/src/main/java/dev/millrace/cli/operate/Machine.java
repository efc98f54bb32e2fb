package dev.millrace.cli.operate;

import dev.millrace.cli.shell.Shell;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Looks at what this machine has of what Millrace uses. */
final class Machine {

    private static final int NEEDED_JAVA = 25;
    private static final int LONGEST_ANSWER = 1000;

    private final Shell shell;

    Machine(Shell shell) {
        this.shell = shell;
    }

    Finding jdk() {
        Path home = Path.of(System.getProperty("java.home"));
        int version = Runtime.version().feature();
        String found = Runtime.version() + " in " + home;
        if (version < NEEDED_JAVA) {
            return Finding.wrong("jdk", found + ": " + NEEDED_JAVA + " or newer is needed; let JAVA_HOME point to one");
        }
        return Files.isExecutable(home.resolve("bin").resolve("javac"))
                ? Finding.ok("jdk", found)
                : Finding.wrong("jdk", found + " has no compiler; install the whole JDK");
    }

    /** A program that functions of some runtime need. */
    Finding interpreter(String program, String runtime) throws IOException, InterruptedException {
        Optional<Path> path = find(program);
        return path.isPresent()
                ? Finding.ok(program, version(path.get()) + " in " + path.get())
                : Finding.wrong(
                        program,
                        "is not in PATH: functions of runtime " + runtime + " cannot run here; install it, or do"
                                + " without them");
    }

    /** {@code dev} uses the system's Redis from 6.2 on, else the one it brings along. */
    Finding redis() throws IOException, InterruptedException {
        Optional<Path> path = find("redis-server");
        if (path.isPresent()) {
            return Finding.ok("redis", version(path.get()) + " in " + path.get() + " (dev uses 6.2 or newer)");
        }
        String platform = platform();
        boolean bundled = getClass().getResource("/redis-server-7.0.15-" + platform) != null;
        return bundled
                ? Finding.ok("redis", "none in PATH; dev uses the bundled 7.0.15")
                : Finding.wrong(
                        "redis", "none in PATH, and none is bundled for " + platform + "; install redis-server");
    }

    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch");
        return system + "-"
                + switch (machine) {
                    case "x86_64" -> "amd64";
                    case "aarch64" -> "arm64";
                    default -> machine;
                };
    }

    /** A port that {@code dev} would take. */
    Finding port(int port) {
        String part = "port " + port;
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return Finding.ok(part, "is free");
        } catch (IOException e) {
            return Finding.wrong(part, "is in use; start dev with another: --port 0 takes any free one");
        }
    }

    private Optional<Path> find(String program) {
        return Stream.of(shell.variable("PATH").orElse("").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String version(Path program) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program.toString(), "--version")
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String answer = new String(process.getInputStream().readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return answer.lines().findFirst().orElse("a version it does not tell").strip();
    }
}
