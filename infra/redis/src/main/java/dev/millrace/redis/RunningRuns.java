package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.params.SetParams;

/**
 * Attempts that have been running for a second or more, so that they can be seen as running. The worker says each again
 * every {@link #REFRESH}; what is not said again is forgotten. Thread-safe.
 */
public final class RunningRuns {

    /** An attempt is worth mentioning once it has run for this long. */
    public static final Duration WORTH_MENTIONING = Duration.ofSeconds(1);

    /** How often a worker says it again. */
    public static final Duration REFRESH = Duration.ofSeconds(1);

    private static final Duration KEPT = Duration.ofSeconds(4);

    private final Redis redis;
    private final Keys keys;

    /** Runs in this Redis. */
    public RunningRuns(Redis redis) {
        this.redis = redis;
        this.keys = redis.keys();
    }

    /** Says that these run now. */
    public void refresh(Collection<RunningRun> runs) {
        if (runs.isEmpty()) {
            return;
        }
        SetParams shortly = SetParams.setParams().px(KEPT.toMillis());
        redis.pipelined(
                "running attempts",
                pipeline -> runs.forEach(run -> pipeline.set(keys.running(run.address()), value(run), shortly)));
    }

    /** Says that these, mentioned before, no longer run. */
    public void ended(Collection<EventAddress> addresses) {
        if (addresses.isEmpty()) {
            return;
        }
        redis.pipelined(
                "ended attempts", pipeline -> addresses.forEach(address -> pipeline.del(keys.running(address))));
    }

    static @Nullable RunningRun parse(EventAddress address, byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        String[] parts = new String(value, StandardCharsets.UTF_8).split(" ", 3);
        return new RunningRun(address, Integer.parseInt(parts[0]), Long.parseLong(parts[1]), parts[2]);
    }

    private static byte[] value(RunningRun run) {
        return (run.attempt() + " " + run.startedAt() + " " + run.worker()).getBytes(StandardCharsets.UTF_8);
    }
}
