package dev.millrace.dispatcher.wait;

import dev.millrace.contract.EventAddress;
import dev.millrace.redis.Lookup;
import dev.millrace.redis.RunningRun;
import org.jspecify.annotations.Nullable;

/** Where an accepted invocation stands, merged from what Redis and Kafka know. Pure. */
public sealed interface InvocationState {

    /** It waits for its first attempt, or has begun it a moment ago. */
    record Queued() implements InvocationState {}

    /**
     * It runs, or its end is on the way through the outcome log.
     *
     * @param run the attempt that runs, when known
     * @param before the failed attempt before it, when there was one
     */
    record Running(@Nullable RunningRun run, Lookup.@Nullable Retrying before) implements InvocationState {}

    /** An attempt failed, another follows. */
    record Retrying(Lookup.Retrying last) implements InvocationState {}

    /** It ended; nothing follows. */
    record Ended(Lookup.Finished outcome) implements InvocationState {}

    /** It was accepted once, and neither its event nor its outcome is kept any more. */
    record Gone() implements InvocationState {}

    /** No such event was ever stored. */
    record Unknown() implements InvocationState {}

    /** It may have ended, but lost results are just being replayed: ask later. */
    record Rebuilding() implements InvocationState {}

    /**
     * Merges what is known.
     *
     * @param address a genuine address: its request ID's check was right
     * @param offsets what Kafka said first
     * @param lookup what Redis said then
     */
    static InvocationState of(EventAddress address, EventOffsets offsets, Lookup lookup) {
        return switch (lookup) {
            case Lookup.Finished finished -> new Ended(finished);
            case Lookup.Rebuilding rebuilding -> new Rebuilding();
            case Lookup.Unfinished(Lookup.Retrying last, RunningRun run, long upTo) ->
                run == null && last != null ? new Retrying(last) : new Running(run, last);
            case Lookup.Absent(long recordedUpTo) -> absent(address.offset(), offsets, recordedUpTo);
        };
    }

    private static InvocationState absent(long offset, EventOffsets offsets, long recordedUpTo) {
        if (offset >= offsets.end()) {
            return new Unknown();
        }
        if (offset < offsets.committed()) {
            // It ended before Kafka was asked: its outcome is either on its way to Redis or was kept long enough.
            return recordedUpTo < offsets.outcomesEnd() ? new Running(null, null) : new Gone();
        }
        return offset < offsets.begin() ? new Gone() : new Queued();
    }
}
