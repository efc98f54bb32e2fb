package dev.millrace.cli.program;

import dev.millrace.cli.client.Api;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import dev.millrace.cli.shell.Shell;
import dev.millrace.program.Parts;
import dev.millrace.program.Program;
import dev.millrace.program.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace demo}: a first look, which leaves nothing behind. */
@Command(
        name = "demo",
        headerHeading = "Examples:%n  millrace demo%n  millrace demo --examples my/functions%n%n",
        description = "Starts everything in a temporary folder, deploys the examples, brings each of them an event, and"
                + " shows what became of it.")
public final class DemoCommand implements Callable<Integer> {

    @picocli.CommandLine.Mixin
    private ProgramFlags flags;

    @Option(names = "--examples", paramLabel = "DIR", description = "Folder of the examples (that of this checkout).")
    @Nullable
    Path examples;

    private int exitCode = ExitCode.OK;

    @Override
    public Integer call() {
        Logging.quiet(flags.shell());
        Program program = new Program("demo", flags.shell().err());
        int code = program.run(parts -> {
            run(parts);
            program.stop();
        });
        return code == ExitCode.OK ? exitCode : code;
    }

    private void run(Parts parts) throws StartException, InterruptedException {
        Shell shell = flags.shell();
        Path functions = examples();
        Narrator narrator = new Narrator(shell);
        narrator.begin("starting Kafka, Redis and Millrace in a temporary folder");
        Dev dev = Dev.start(DevSettings.on(temporaryFolder(parts)), parts);
        dev.awaitReady();
        narrator.done();
        try {
            boolean allAsExpected = new Tour(new Api(dev.uri(), null), functions, narrator, shell.clock()).run();
            exitCode = allAsExpected ? ExitCode.OK : ExitCode.FUNCTION_FAILED;
        } catch (Failure e) {
            throw new StartException(e.exitCode(), String.join("\n", e.lines()));
        } catch (IOException e) {
            throw new StartException(StartException.USAGE, "the examples cannot be read: " + e.getMessage());
        }
        narrator.end(exitCode == ExitCode.OK);
    }

    private Path examples() throws StartException {
        Path folder = examples != null
                ? examples
                : Path.of(System.getProperty("millrace.home", "")).resolve("examples");
        if (!Files.isDirectory(folder)) {
            throw new StartException(
                    StartException.USAGE,
                    "the examples are not in " + folder.toAbsolutePath() + "; name their folder by --examples");
        }
        return folder;
    }

    private static Path temporaryFolder(Parts parts) {
        try {
            Path folder = Files.createTempDirectory("millrace-demo");
            parts.add("temporary folder", () -> delete(folder));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
