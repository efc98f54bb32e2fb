package dev.millrace.instances;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Launches every instance as a child process over three pipes, in a session of its own, with a private directory for
 * temporary files. Thread-safe.
 */
final class ChildProcesses implements InstanceLauncher, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ChildProcesses.class);
    private static final long EXIT_CODE_PATIENCE_MILLIS = 1000;

    /**
     * Moves the protocol from stdin and stdout to descriptors 3 and 4 before the interpreter starts, so that whatever
     * the user's code, its libraries and its children print is log and nothing else.
     */
    private static final String PLUMBING = "ulimit -c 0; exec \"$@\" 3<&0 4>&1 0</dev/null 1>&2";

    private final Interpreters interpreters;
    private final CommandWrapper sandbox;
    private final Path directory;
    private final Bootstraps bootstraps;
    private final InstanceMark.Worker worker = new InstanceMark.Worker();
    private final OrphanWatch orphanWatch;

    /** What is put around the command line of an instance to confine it. */
    @FunctionalInterface
    interface CommandWrapper {
        List<String> wrap(List<String> command, InstanceSpec spec);
    }

    /**
     * @param directory the worker's own directory for bootstraps and temporary files; created if missing
     */
    ChildProcesses(Interpreters interpreters, CommandWrapper sandbox, Path directory) throws IOException {
        this.interpreters = interpreters;
        this.sandbox = sandbox;
        this.directory = directory.toAbsolutePath();
        bootstraps = Bootstraps.unpackInto(this.directory.resolve("bootstrap"));
        // A worker that was killed has left the temporary files of its instances.
        delete(this.directory.resolve("instances"));
        orphanWatch = new OrphanWatch(worker);
    }

    @Override
    public Launched launch(InstanceSpec spec) throws LaunchException {
        Language language = spec.language();
        Path interpreter = interpreters
                .find(language)
                .orElseThrow(
                        () -> new LaunchException(interpreters.missing(language).orElse("no interpreter")));
        if (!Files.isDirectory(spec.code())) {
            throw new LaunchException("the code directory " + spec.code() + " of " + spec.function() + " is missing");
        }
        InstanceMark mark = worker.next();
        Path temporary = directory.resolve("instances").resolve(mark.value());
        try {
            orphanWatch.ensureRunning();
            Files.createDirectories(temporary);
            return spawn(spec, interpreter, temporary, mark);
        } catch (IOException e) {
            delete(temporary);
            throw new LaunchException("starting " + interpreter + " failed: " + e.getMessage(), e);
        }
    }

    String mark() {
        return worker.prefix();
    }

    /** Kills all instances that are left and ends the watch over them. */
    @Override
    public void close() {
        MarkedProcesses.killAll(worker);
        orphanWatch.close();
    }

    private Child spawn(InstanceSpec spec, Path interpreter, Path temporary, InstanceMark mark) throws IOException {
        List<String> command = new ArrayList<>(Session.ownSession());
        command.addAll(List.of("/bin/sh", "-c", PLUMBING, "sh"));
        command.addAll(sandbox.wrap(interpreterCommand(spec, interpreter), spec));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(spec.code().toFile());
        builder.environment().clear();
        builder.environment().putAll(InstanceEnvironment.of(spec, interpreter, temporary, mark));

        Posix.Pipe commands = Posix.pipe();
        Posix.@Nullable Pipe answers = null;
        Posix.@Nullable Pipe output = null;
        try {
            answers = Posix.pipe();
            output = Posix.pipe();
            Process process = builder.redirectInput(reopened(commands.readEnd()))
                    .redirectOutput(reopened(answers.writeEnd()))
                    .redirectError(reopened(output.writeEnd()))
                    .start();
            Posix.close(commands.readEnd());
            Posix.close(answers.writeEnd());
            Posix.close(output.writeEnd());
            InstanceChannel channel = new InstanceChannel(
                    commands.writeEnd(), answers.readEnd(), output.readEnd(), Posix.exitDescriptor(process.pid()));
            return new Child(process, channel, mark, temporary);
        } catch (IOException e) {
            commands.close();
            if (answers != null) {
                answers.close();
            }
            if (output != null) {
                output.close();
            }
            throw e;
        }
    }

    private List<String> interpreterCommand(InstanceSpec spec, Path interpreter) {
        String bootstrap = bootstraps.of(spec.language()).toString();
        return switch (spec.language()) {
            // -E: the bootstrap's own imports must not find files of the function, so it reads PYTHONPATH itself.
            case PYTHON -> List.of(interpreter.toString(), "-E", "-B", "-X", "utf8", bootstrap);
            case NODEJS ->
                List.of(
                        interpreter.toString(),
                        "--max-old-space-size=" + spec.limits().memoryMb(),
                        bootstrap);
        };
    }

    /** The end of a pipe as a file, so that the child gets it and gets it in blocking mode. */
    private static File reopened(int descriptor) {
        return new File("/proc/self/fd/" + descriptor);
    }

    private static void delete(Path directory) {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            log.warn("Temporary files of an instance are left in {}", directory, e);
        }
    }

    /** One child process. */
    private static final class Child implements Launched {
        private final Process process;
        private final InstanceChannel channel;
        private final InstanceMark mark;
        private final Path temporary;

        Child(Process process, InstanceChannel channel, InstanceMark mark, Path temporary) {
            this.process = process;
            this.channel = channel;
            this.mark = mark;
            this.temporary = temporary;
        }

        @Override
        public InstanceChannel channel() {
            return channel;
        }

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public void terminate() {
            process.destroy();
        }

        @Override
        public void kill() {
            if (process.isAlive()) {
                // Only while its leader lives does the group's number certainly belong to it.
                Posix.killGroup(process.pid());
                process.destroyForcibly();
            }
            MarkedProcesses.killAll(mark);
        }

        @Override
        public OptionalInt exitCode() {
            try {
                return process.waitFor(EXIT_CODE_PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                        ? OptionalInt.of(process.exitValue())
                        : OptionalInt.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
            }
        }

        @Override
        public void discard() {
            kill();
            channel.close();
            delete(temporary);
        }

        @Override
        public String toString() {
            return "process " + process.pid();
        }
    }
}
