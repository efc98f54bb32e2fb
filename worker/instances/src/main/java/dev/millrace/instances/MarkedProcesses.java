package dev.millrace.instances;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds processes by their {@link InstanceMark} in /proc and kills them. A process that forks while others are being
 * killed is found by the next look, so looking is repeated until nothing is found.
 */
final class MarkedProcesses {
    private static final Logger log = LoggerFactory.getLogger(MarkedProcesses.class);
    private static final Path PROC = Path.of("/proc");
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long LOOK_AGAIN_MILLIS = 1;

    private MarkedProcesses() {}

    /** Kills the processes of one instance until there are none. */
    static void killAll(InstanceMark mark) {
        killAll(mark.assignment() + "\0");
    }

    /** Kills the processes of all instances of a worker until there are none. */
    static void killAll(InstanceMark.Worker worker) {
        killAll(worker.prefix());
    }

    /** The processes that carry a variable whose assignment begins like this, this one excepted. */
    static List<ProcessHandle> find(String assignment) {
        byte[] wanted = assignment.getBytes(StandardCharsets.UTF_8);
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != ProcessHandle.current().pid() && carries(process, wanted)) {
                    ProcessHandle.of(pid).ifPresent(found::add);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new IllegalStateException("cannot look for the processes of an instance in /proc", e);
        }
        return found;
    }

    private static void killAll(String assignment) {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        List<ProcessHandle> found = find(assignment);
        while (!found.isEmpty()) {
            found.forEach(ProcessHandle::destroyForcibly);
            if (System.nanoTime() > giveUp) {
                log.error(
                        "Processes {} survive being killed; they keep their memory until the kernel lets go of them",
                        found.stream().map(ProcessHandle::pid).toList());
                return;
            }
            pause();
            found = find(assignment);
        }
    }

    private static boolean carries(Path process, byte[] wanted) {
        byte[] environment;
        try {
            environment = Files.readAllBytes(process.resolve("environ"));
        } catch (IOException e) {
            return false; // It has ended meanwhile, or is somebody else's: in both cases not one of ours.
        }
        int start = 0;
        while (start + wanted.length <= environment.length) {
            if (Arrays.equals(environment, start, start + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
            while (start < environment.length && environment[start] != 0) {
                start++;
            }
            start++;
        }
        return false;
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            // Killing goes on: it is short, and nobody else would finish it.
            Thread.currentThread().interrupt();
        }
    }
}
