package dev.millrace.program;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a program: start its parts, say {@code ready}, wait for SIGTERM or Ctrl-C, stop the parts in reverse order,
 * end with 0. A start that fails ends with one clear line on stderr and an exit code, and stops what was started.
 */
public final class Program {

    private static final Logger log = LoggerFactory.getLogger(Program.class);

    /**
     * Seconds an orderly stop may take before the process is ended all the same. Every part bounds its own stop, a worker
     * by its drain timeout; this is the last resort should one of them hang.
     */
    private static final long SERVING_PATIENCE = 16 * 60;

    /** Seconds a start that is given up may take to notice; nothing was accepted yet that could be lost. */
    private static final long STARTING_PATIENCE = 3;

    private final String name;
    private final PrintStream err;
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean serving;
    private volatile int exitCode;

    /** What a program does to start. */
    @FunctionalInterface
    public interface Start {

        /**
         * Starts every part, notes each in {@code parts} as soon as it runs, prints the ready line, and returns.
         *
         * @throws StartException with the line for the user
         */
        void start(Parts parts) throws StartException, InterruptedException;
    }

    /**
     * @param name for messages, such as {@code dispatcher}
     * @param err where a failed start is told
     */
    public Program(String name, PrintStream err) {
        this.name = name;
        this.err = err;
    }

    /**
     * Starts the program and returns when it has stopped.
     *
     * @return the process's exit code
     */
    public int run(Start start) {
        Thread runner = Thread.currentThread();
        Thread hook = Thread.ofPlatform().name(name + "-stop").unstarted(() -> stopAndWait(runner));
        Runtime.getRuntime().addShutdownHook(hook);
        exitCode = runToEnd(start);
        stopped.countDown();
        return exitCode;
    }

    private int runToEnd(Start start) {
        try (Parts parts = new Parts()) {
            SeededBug.refuseOutsideChaos();
            start.start(parts);
            serving = true;
            stopRequested.await();
            log.info("{} stops", name);
            return 0;
        } catch (StartException e) {
            err.println(name + ": " + e.text());
            return e.exitCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (RuntimeException e) {
            if (stopRequested.getCount() == 0) {
                log.info("{} was stopped before it served", name, e);
                return 0;
            }
            log.error("{} could not start", name, e);
            err.println(name + ": could not start: " + e + " (the log has the details)");
            return StartException.UNAVAILABLE;
        }
    }

    /** Asks the program to stop, as SIGTERM does. Returns at once; any thread. */
    public void stop() {
        stopRequested.countDown();
    }

    /**
     * The shutdown hook: the JVM ends when this returns, so it waits for the orderly stop. A JVM ended by a signal would
     * tell the signal's number instead of how the program ended, unless it is halted here.
     */
    private void stopAndWait(Thread runner) {
        boolean bySignal = stopped.getCount() > 0;
        stop();
        boolean wasServing = serving;
        if (bySignal && !wasServing) {
            runner.interrupt();
        }
        try {
            long patience = wasServing ? SERVING_PATIENCE : STARTING_PATIENCE;
            if (!stopped.await(patience, TimeUnit.SECONDS) && wasServing) {
                exitCode = StartException.UNAVAILABLE;
                err.println(name + ": did not stop within " + patience + " s and is ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        err.flush();
        if (bySignal) {
            Runtime.getRuntime().halt(exitCode);
        }
    }
}
