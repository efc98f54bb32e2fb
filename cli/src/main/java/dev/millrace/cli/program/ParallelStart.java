package dev.millrace.cli.program;

import dev.millrace.program.Parts;
import dev.millrace.program.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * Starts several parts at the same time, each on a thread of its own. They stop in the reverse of the order in which they
 * were begun. Used by one thread.
 */
final class ParallelStart {

    private final Parts parts;
    private final List<Beginning> begun = new ArrayList<>();

    private record Beginning(String name, FutureTask<? extends AutoCloseable> part) {}

    ParallelStart(Parts parts) {
        this.parts = parts;
    }

    /** Begins to start a part; there when {@link #await} has returned. */
    <T extends AutoCloseable> Future<T> begin(String name, Callable<T> start) {
        FutureTask<T> task = new FutureTask<>(start);
        begun.add(new Beginning(name, task));
        Thread.ofPlatform().name("start-" + name).start(task);
        return task;
    }

    /**
     * Waits until everything has started. When something could not, the others are waited for all the same, so that
     * nothing runs that nobody stops.
     *
     * @throws StartException with the first reason
     */
    void await() throws StartException, InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        for (Beginning beginning : begun) {
            try {
                parts.add(beginning.name(), beginning.part().get());
            } catch (ExecutionException e) {
                failures.add(e.getCause());
            }
        }
        if (!failures.isEmpty()) {
            throw asStartException(failures.getFirst());
        }
    }

    private static StartException asStartException(Throwable failure) {
        return switch (failure) {
            case StartException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> new StartException(StartException.UNAVAILABLE, String.valueOf(failure.getMessage()));
        };
    }
}
