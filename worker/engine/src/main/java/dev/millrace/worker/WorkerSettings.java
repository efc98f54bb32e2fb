package dev.millrace.worker;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.RuntimeKind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * How one worker works.
 *
 * @param name who it is in results, metrics and {@code workers list}; a name of its own for every process
 * @param slots how many functions in child processes it runs at once; handlers of an embedding program need none
 * @param runtimes languages it starts processes for; none in an embedding program
 * @param codeDirectory where unpacked code packages are kept between runs
 * @param codeBytes how much of them is kept, unpacked
 * @param idleAfter an instance that has run nothing for so long is ended
 * @param drainTimeout how long runs in progress may take when the worker is asked to stop
 */
public record WorkerSettings(
        String name,
        int slots,
        Set<RuntimeKind> runtimes,
        Path codeDirectory,
        long codeBytes,
        Duration idleAfter,
        Duration drainTimeout) {

    /** Languages for which processes can be started. */
    public static final Set<RuntimeKind> PROCESS_RUNTIMES = Set.of(RuntimeKind.PYTHON3, RuntimeKind.NODEJS);

    public static final int DEFAULT_SLOTS = Math.max(4, 4 * Runtime.getRuntime().availableProcessors());
    public static final long DEFAULT_CODE_BYTES = 4L << 30;
    public static final Duration DEFAULT_IDLE_AFTER = Duration.ofMinutes(5);
    public static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofSeconds(60);

    public WorkerSettings {
        if (!name.matches("[a-zA-Z0-9._-]{1," + Attempt.MAX_WORKER + "}")) {
            throw new IllegalArgumentException("a worker's name has 1 to " + Attempt.MAX_WORKER
                    + " letters, digits, '.', '_' or '-', not: " + name);
        }
        if (slots < 1 || slots > 10_000) {
            throw new IllegalArgumentException("slots must be 1 to 10000, not " + slots);
        }
        if (codeBytes < 0 || idleAfter.isNegative() || drainTimeout.isNegative()) {
            throw new IllegalArgumentException("sizes and durations of worker " + name + " must not be negative");
        }
        runtimes = Set.copyOf(runtimes);
        if (!PROCESS_RUNTIMES.containsAll(runtimes)) {
            throw new IllegalArgumentException(
                    "processes can be started for " + PROCESS_RUNTIMES + ", not for all of " + runtimes);
        }
    }

    /** The defaults, for a worker of this machine and process. */
    public static WorkerSettings defaults() {
        return new WorkerSettings(
                hostName() + "-" + ProcessHandle.current().pid(),
                DEFAULT_SLOTS,
                PROCESS_RUNTIMES,
                Path.of(System.getProperty("java.io.tmpdir"), "millrace-code"),
                DEFAULT_CODE_BYTES,
                DEFAULT_IDLE_AFTER,
                DEFAULT_DRAIN_TIMEOUT);
    }

    /** The same under another name. */
    public WorkerSettings named(String otherName) {
        return new WorkerSettings(otherName, slots, runtimes, codeDirectory, codeBytes, idleAfter, drainTimeout);
    }

    /** The same with another number of slots. */
    public WorkerSettings withSlots(int otherSlots) {
        return new WorkerSettings(name, otherSlots, runtimes, codeDirectory, codeBytes, idleAfter, drainTimeout);
    }

    /** The same for these languages only. */
    public WorkerSettings withRuntimes(Set<RuntimeKind> otherRuntimes) {
        return new WorkerSettings(name, slots, otherRuntimes, codeDirectory, codeBytes, idleAfter, drainTimeout);
    }

    /** The same with its code kept elsewhere. */
    public WorkerSettings withCodeDirectory(Path directory) {
        return new WorkerSettings(name, slots, runtimes, directory, codeBytes, idleAfter, drainTimeout);
    }

    /** The same with another time limit for stopping. */
    public WorkerSettings withDrainTimeout(Duration otherTimeout) {
        return new WorkerSettings(name, slots, runtimes, codeDirectory, codeBytes, idleAfter, otherTimeout);
    }

    static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A machine that does not know its own name still works; the process number tells workers apart.
            return "worker";
        }
    }
}
