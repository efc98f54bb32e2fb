package dev.millrace.chaos.nemesis;

import dev.millrace.chaos.journal.FaultNote.Touches;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Everything that can be done to the cluster. */
public enum FaultKind {
    WORKER_KILL(Victim.WORKERS, Touches.WORKER, 20),
    WORKER_PAUSE(Victim.WORKERS, Touches.WORKER, 7),
    WORKER_CRASH_POINT(Victim.WORKERS, Touches.WORKER, 8),
    WORKER_RESTART(Victim.WORKERS, Touches.NOTHING, 8),
    KILLING_EVENT(Victim.WORKERS, Touches.WORKER, 2),
    NO_WORKERS(Victim.WORKERS, Touches.WORKER, 1),
    CLOCK_JUMP(Victim.WORKERS, Touches.NOTHING, 3),
    OUTAGE(Victim.EVENTS, Touches.NOTHING, 3),
    REDEPLOY(Victim.EVENTS, Touches.NOTHING, 3),
    POISON_RECORD(Victim.EVENTS, Touches.NOTHING, 5),
    DISPATCHER_KILL(Victim.DISPATCHERS, Touches.NOTHING, 6),
    DISPATCHER_CRASH_POINT(Victim.DISPATCHERS, Touches.NOTHING, 3),
    DISPATCHER_RESTART(Victim.DISPATCHERS, Touches.NOTHING, 4),
    ADAPTERS_KILL(Victim.ADAPTERS, Touches.NOTHING, 2),
    BROKER_KILL(Victim.KAFKA, Touches.KAFKA, 5),
    BROKER_RESTART(Victim.KAFKA, Touches.KAFKA, 3),
    KAFKA_CUT(Victim.KAFKA, Touches.KAFKA, 4),
    KAFKA_STALL(Victim.KAFKA, Touches.KAFKA, 2),
    KAFKA_SLOW(Victim.KAFKA, Touches.KAFKA, 3),
    REDIS_KILL(Victim.REDIS, Touches.REDIS, 5),
    REDIS_FLUSH(Victim.REDIS, Touches.REDIS, 4),
    REDIS_FULL(Victim.REDIS, Touches.REDIS, 4),
    REDIS_READONLY(Victim.REDIS, Touches.REDIS, 4),
    REDIS_CUT(Victim.REDIS, Touches.REDIS, 4),
    REDIS_STALL(Victim.REDIS, Touches.REDIS, 2),
    REDIS_SLOW(Victim.REDIS, Touches.REDIS, 3),
    /** Takes a minute, so it is not drawn among others. */
    REDIS_AWAY(Victim.REDIS, Touches.REDIS, 0);

    private final Victim victim;
    private final Touches touches;
    private final int weight;

    /** Who is hit; two faults at a time have different victims. */
    enum Victim {
        WORKERS,
        EVENTS,
        DISPATCHERS,
        ADAPTERS,
        KAFKA,
        REDIS
    }

    FaultKind(Victim victim, Touches touches, int weight) {
        this.victim = victim;
        this.touches = touches;
        this.weight = weight;
    }

    Victim victim() {
        return victim;
    }

    Touches touches() {
        return touches;
    }

    /** How often it is drawn, relative to the others. */
    int weight() {
        return weight;
    }

    /** Whether this machine has what it takes. */
    public boolean isPossible() {
        return this != CLOCK_JUMP || ClockFaults.library().isPresent();
    }

    /** Such as {@code worker-kill}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The kind of this name. */
    public static Optional<FaultKind> of(String text) {
        return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }
}
