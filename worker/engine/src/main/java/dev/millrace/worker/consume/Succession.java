package dev.millrace.worker.consume;

import java.util.function.IntToLongFunction;

/**
 * What a worker needs to take over from another, and to be taken over from.
 *
 * @param claims who still runs what
 * @param predecessors what dead owners left behind
 * @param storedBefore for a partition of the outcome log, before which offset {@link EventConsumer#done} has been told of
 *     everything that this worker stored there; {@link Legacy#UNKNOWN} when it has stored nothing there. Any thread.
 * @param continuity whether this process was stopped for so long that others may have its lanes
 * @param lost told which lanes others have
 */
public record Succession(
        ClaimBook claims,
        Predecessors predecessors,
        IntToLongFunction storedBefore,
        Continuity continuity,
        LostLanes lost) {}
