package dev.millrace.worker.consume;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An execution that does what the test says: {@code script} is called on the consumer thread with each batch and decides
 * when the consumer hears that it is done. Remembers what was started, in order.
 */
final class ScriptedExecution implements Execution {

    private final BiConsumer<ScriptedExecution, List<Delivery>> script;
    private final List<Delivery> started = new ArrayList<>();
    private final List<Delivery> expired = new ArrayList<>();
    private final Map<FunctionRef, Integer> permits = new ConcurrentHashMap<>();
    private volatile int batchSize = 1;
    private volatile Duration maxAge = Duration.ofDays(100_000);
    private volatile int defaultPermits = Integer.MAX_VALUE;
    private volatile @Nullable EventConsumer consumer;

    ScriptedExecution(BiConsumer<ScriptedExecution, List<Delivery>> script) {
        this.script = script;
    }

    /** Everything is done at once. */
    static ScriptedExecution instant() {
        return new ScriptedExecution((execution, batch) -> execution.consumer().done(batch));
    }

    /** Nothing is done until the test says so. */
    static ScriptedExecution holding() {
        return new ScriptedExecution((execution, batch) -> {});
    }

    ScriptedExecution batches(int size) {
        batchSize = size;
        return this;
    }

    /** Permits of every function without a number of its own. */
    ScriptedExecution permits(int number) {
        defaultPermits = number;
        return this;
    }

    ScriptedExecution permits(String function, int number) {
        permits.put(FunctionRef.of(function), number);
        return this;
    }

    void startOn(EventConsumer started) {
        consumer = started;
        started.start(this);
    }

    EventConsumer consumer() {
        return Objects.requireNonNull(consumer, "started before it is asked");
    }

    @Override
    public int permitsFree(FunctionRef function) {
        return permits.getOrDefault(function, defaultPermits);
    }

    @Override
    public int batchSize(FunctionRef function) {
        return batchSize;
    }

    /** Events of every function may be so old; without limit unless this is said. */
    ScriptedExecution maxAge(Duration age) {
        maxAge = age;
        return this;
    }

    @Override
    public Duration maxAge(FunctionRef function) {
        return maxAge;
    }

    @Override
    public void expire(FunctionRef function, List<Delivery> tooOld) {
        synchronized (started) {
            expired.addAll(tooOld);
        }
        consumer().done(tooOld);
    }

    List<Delivery> expired() {
        synchronized (started) {
            return List.copyOf(expired);
        }
    }

    @Override
    public void ended(Delivery delivery, @Nullable Outcome outcome) {
        throw new AssertionError("nothing had ended before");
    }

    @Override
    public void start(FunctionRef function, List<Delivery> batch) {
        synchronized (started) {
            started.addAll(batch);
        }
        script.accept(this, batch);
    }

    List<Delivery> started() {
        synchronized (started) {
            return List.copyOf(started);
        }
    }

    int startedCount() {
        synchronized (started) {
            return started.size();
        }
    }
}
