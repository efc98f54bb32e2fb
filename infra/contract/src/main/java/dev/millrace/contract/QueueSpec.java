package dev.millrace.contract;

import java.util.OptionalInt;

/**
 * What the owner of a function says of its queues, of which each of its triggers has one.
 *
 * @param limit events that may be accepted and not ended in each of them at once; empty: what the installation says
 */
public record QueueSpec(OptionalInt limit) {

    /** The smallest limit: one event at a time. */
    public static final int LEAST_LIMIT = 1;

    /** The largest limit. */
    public static final int MOST_LIMIT = 10_000_000;

    /** Nothing said. */
    public static final QueueSpec DEFAULT = new QueueSpec(OptionalInt.empty());

    /** The limit, given the installation's. */
    public int limitOr(int installation) {
        return limit.orElse(installation);
    }
}
