package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.tools.ToolProvider;

/**
 * A folder that looks like this repository to the launcher: the real {@code millrace} script, a few sources, a {@code mvn} that counts its
 * calls and installs a small program under the name of ours. Its {@code PATH} holds what the script needs and nothing else.
 */
final class Checkout {

    private static final String PROGRAM = """
            package dev.millrace.cli;

            public class Millrace {
                public static void main(String[] args) throws Exception {
                    switch (args[0]) {
                        case "home" -> System.out.println(System.getProperty("millrace.home"));
                        case "serve" -> {
                            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("drained")));
                            System.out.println("ready");
                            Thread.currentThread().join();
                        }
                        default -> {
                            for (String arg : args) {
                                System.out.print("<" + arg + ">");
                            }
                            System.out.println();
                        }
                    }
                }
            }
            """;

    /** While there is a file {@code slow} it does not come to an end; with a file {@code breaks} to a bad one. */
    private static final String MAVEN = """
            #!/usr/bin/env bash
            echo call >>calls
            echo "[INFO] Building millrace-contract 1 [1/2]"
            while [[ -e slow ]]; do sleep 0.05; done
            if [[ -e breaks ]]; then
                echo "[ERROR] Worker.java:[1,1] this does not compile"
                echo "[ERROR] -> [Help 1]"
                exit 1
            fi
            echo "[INFO] Building millrace-cli 1 [2/2]"
            mkdir -p cli/target/quick/app
            cp -R program cli/target/quick/app/lib
            """;

    private static final List<String> TOOLS = List.of(
            "bash",
            "env",
            "dirname",
            "readlink",
            "find",
            "head",
            "tail",
            "grep",
            "touch",
            "mkdir",
            "rm",
            "mv",
            "ln",
            "sleep",
            "cp",
            "cat");

    private final Path home;
    private final Path tools;
    private String javaHome = System.getProperty("java.home");

    private Checkout(Path home, Path tools) {
        this.home = home;
        this.tools = tools;
    }

    static Checkout in(Path home) throws IOException {
        var checkout = new Checkout(home, home.resolveSibling("tools"));
        checkout.write("pom.xml", "<project/>");
        checkout.write("worker/engine/src/main/java/Worker.java", "class Worker {}");
        checkout.write("worker/engine/src/test/java/WorkerTest.java", "class WorkerTest {}");
        for (String folder : List.of("infra", "trigger-adapters", "dispatcher", "chaos", "cli/target", "no-jdks")) {
            Files.createDirectories(home.resolve(folder));
        }
        Files.copy(Path.of("..", "millrace"), home.resolve("millrace"));
        executable(home.resolve("millrace"));
        checkout.compileProgram();
        Files.createDirectories(checkout.tools);
        for (String tool : TOOLS) {
            Files.createSymbolicLink(checkout.tools.resolve(tool), find(tool));
        }
        Files.writeString(checkout.tools.resolve("mvn"), MAVEN);
        executable(checkout.tools.resolve("mvn"));
        return checkout;
    }

    Path path(String name) {
        return home.resolve(name);
    }

    void withoutJdk() {
        javaHome = "";
    }

    void withJavaHomeOfVersion(String version) throws IOException {
        write("old-jdk/release", "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\n");
        for (String program : List.of("java", "javac")) {
            write("old-jdk/bin/" + program, "#!/bin/sh\nexit 1\n");
            executable(path("old-jdk/bin/" + program));
        }
        javaHome = path("old-jdk").toString();
    }

    void withoutMaven() throws IOException {
        Files.delete(tools.resolve("mvn"));
    }

    /** Creates the file, or makes it newer than everything there is. */
    void touch(String name) throws IOException {
        if (!Files.exists(path(name))) {
            write(name, "");
        }
        LauncherTest.makeNewer(path(name));
    }

    int builds() {
        try {
            return Files.exists(path("calls"))
                    ? Files.readAllLines(path("calls")).size()
                    : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void await(BooleanSupplier condition) {
        Instant end = Instant.now().plus(Duration.ofSeconds(30));
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("did not come true within 30 s");
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    Process start(String... arguments) throws IOException {
        return startAs(path("millrace"), arguments);
    }

    Process startAs(Path launcher, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(launcher.toString());
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).directory(home.getParent().toFile());
        process.environment().clear();
        process.environment()
                .putAll(Map.of(
                        "PATH", tools.toString(),
                        "JAVA_HOME", javaHome,
                        "MILLRACE_JDK_FOLDERS", path("no-jdks").toString()));
        return process.start();
    }

    private void compileProgram() throws IOException {
        write("program-source/Millrace.java", PROGRAM);
        // A folder of classes for a jar: the class path lib/* takes jars only.
        Path classes = Files.createDirectories(path("classes"));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        classes.toString(),
                        path("program-source/Millrace.java").toString());
        if (result != 0) {
            throw new AssertionError("the stand-in program does not compile");
        }
        Files.createDirectories(path("program"));
        int packed = java.util.spi.ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "cf",
                        path("program/program.jar").toString(),
                        "-C",
                        classes.toString(),
                        ".");
        if (packed != 0) {
            throw new AssertionError("the stand-in program cannot be packed");
        }
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(path(name).getParent());
        Files.writeString(path(name), text, UTF_8);
    }

    private static void executable(Path file) {
        if (!file.toFile().setExecutable(true)) {
            throw new AssertionError("cannot be made executable: " + file);
        }
    }

    private static Path find(String tool) {
        for (String folder : List.of("/usr/bin", "/bin")) {
            Path path = Path.of(folder, tool);
            if (Files.isExecutable(path)) {
                return path;
            }
        }
        throw new AssertionError("not on this machine: " + tool);
    }
}
