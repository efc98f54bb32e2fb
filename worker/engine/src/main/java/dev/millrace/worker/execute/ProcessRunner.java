package dev.millrace.worker.execute;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.ColdStart;
import dev.millrace.instances.InstancePool;
import dev.millrace.instances.RunEnd;
import dev.millrace.worker.fate.AttemptEnd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one function version on instances in child processes. Thread-safe. */
final class ProcessRunner implements FunctionRunner {

    private static final Logger log = LoggerFactory.getLogger(ProcessRunner.class);

    /** What a cancelled run gets between SIGTERM and SIGKILL. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final CodeCache code;
    private final CodeRef ref;
    private final Function<Path, InstancePool> pools;
    private final RequestIds requestIds;

    private @Nullable Loaded loaded;
    private boolean closed;

    private record Loaded(CodeCache.Lease code, InstancePool pool) {}

    /** @param pools makes the pool, once the code's directory is known */
    ProcessRunner(CodeCache code, CodeRef ref, Function<Path, InstancePool> pools, RequestIds requestIds) {
        this.code = code;
        this.ref = ref;
        this.pools = pools;
        this.requestIds = requestIds;
    }

    @Override
    public Place place() {
        return Place.CHILD_PROCESS;
    }

    @Override
    public Run run(OngoingAttempt attempt) {
        byte[] event = attempt.delivery().event();
        if (!EventReading.isJson(event)) {
            return Run.none(AttemptEnd.Unrunnable.unreadable("the event is not JSON; it is kept as it is"));
        }
        try {
            long asked = System.nanoTime();
            InstancePool pool = pool();
            Duration pullCode = Duration.ofNanos(System.nanoTime() - asked);
            dev.millrace.instances.Run run =
                    pool.run(requestIds.of(attempt.delivery().address()), event, attempt::mayBegin);
            if (run.end() instanceof RunEnd.NoGrowth) {
                attempt.heldBack();
            }
            return new Run(
                    endOf(run.end()),
                    run.duration().toNanos(),
                    coldStart(pullCode, run.coldStart()),
                    run.memoryBytes(),
                    run.log());
        } catch (CodeNotThereException e) {
            return Run.none(new AttemptEnd.NotStarted(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Run.none(new AttemptEnd.NotStarted("the worker was stopped before the run began"));
        } catch (RuntimeException e) {
            log.error(
                    "request {} of {} could not be run and will be tried again",
                    requestIds.of(attempt.delivery().address()),
                    attempt.version().ref(),
                    e);
            return Run.none(new AttemptEnd.NotStarted("the worker failed to run it: " + e));
        }
    }

    @Override
    public void cancel(OngoingAttempt attempt, boolean graceful) {
        InstancePool pool = poolInUse();
        if (pool != null) {
            Duration grace = graceful ? attempt.version().timeout() : GRACE;
            pool.terminate(requestIds.of(attempt.delivery().address()), grace);
        }
    }

    @Override
    public void stop(OngoingAttempt attempt) {
        InstancePool pool = poolInUse();
        if (pool != null) {
            pool.stop(requestIds.of(attempt.delivery().address()));
        }
    }

    @Override
    public void close() {
        Loaded gone;
        synchronized (this) {
            closed = true;
            gone = loaded;
            loaded = null;
        }
        if (gone != null) {
            Thread.ofVirtual().name("drain").start(() -> drain(gone));
        }
    }

    private static void drain(Loaded gone) {
        try {
            gone.pool().drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Then its instances end with the host.
        } finally {
            gone.code().close();
        }
    }

    /** The pool, with the code in place. Fetching the code is waited for by all runs that need it. */
    private synchronized InstancePool pool() throws CodeNotThereException, InterruptedException {
        if (closed) {
            throw new CodeNotThereException("the function changed at this moment", null);
        }
        if (loaded == null) {
            CodeCache.Lease lease = code.lease(ref);
            loaded = new Loaded(lease, pools.apply(lease.directory()));
        }
        return loaded.pool();
    }

    private synchronized @Nullable InstancePool poolInUse() {
        return loaded == null ? null : loaded.pool();
    }

    private static @Nullable ColdStart coldStart(Duration pullCode, dev.millrace.instances.@Nullable ColdStart start) {
        if (start == null) {
            return null;
        }
        Duration total = pullCode.plus(start.initRuntime()).plus(start.initFunction());
        return new ColdStart(
                micros(total), micros(pullCode), micros(start.initRuntime()), micros(start.initFunction()));
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }

    private static AttemptEnd endOf(RunEnd end) {
        return switch (end) {
            case RunEnd.Returned returned -> new AttemptEnd.Returned(returned.json());
            case RunEnd.Raised raised -> raised(raised);
            case RunEnd.BadEvent bad -> AttemptEnd.Unrunnable.unreadable(bad.describe());
            case RunEnd.BadReturn bad -> new AttemptEnd.BadReturn(bad.describe());
            case RunEnd.ReturnTooLarge tooLarge -> new AttemptEnd.ResultTooLarge(tooLarge.describe());
            case RunEnd.TimedOut timedOut -> new AttemptEnd.TimedOut(timedOut.limit());
            case RunEnd.OutOfMemory memory -> new AttemptEnd.OutOfMemory(memory.memoryMb());
            case RunEnd.Exited exited -> new AttemptEnd.Exited(exited.describe(), exited.whileLoading());
            case RunEnd.Broken broken -> new AttemptEnd.Exited(broken.describe(), false);
            case RunEnd.HandlerNotFound missing -> new AttemptEnd.HandlerNotFound(missing.describe());
            case RunEnd.CodeNotLoaded code -> new AttemptEnd.CodeNotLoadable(code.message(), code.stackTrace());
            case RunEnd.InitTimedOut timedOut -> new AttemptEnd.InitTimedOut(timedOut.limit());
            case RunEnd.NotStarted notStarted -> new AttemptEnd.NotStarted(notStarted.describe());
            case RunEnd.NoGrowth noGrowth -> new AttemptEnd.NotStarted(noGrowth.describe());
            case RunEnd.Stopped stopped -> new AttemptEnd.NotStarted(stopped.describe());
        };
    }

    /** The message reads {@code ValueError: what went wrong}, as both languages print it. */
    private static AttemptEnd raised(RunEnd.Raised raised) {
        String message = raised.message();
        int colon = message.indexOf(':');
        boolean named = colon > 0 && message.substring(0, colon).matches("[\\w.$]+");
        String type = named ? message.substring(0, colon) : "Error";
        String text = named ? message.substring(colon + 1).strip() : message;
        return new AttemptEnd.Raised(type, text, raised.stackTrace(), false);
    }
}
