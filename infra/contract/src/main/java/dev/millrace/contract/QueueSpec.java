package dev.millrace.contract;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the owner of a function says of its queues, of which each of its triggers has one.
 *
 * @param limit events that may be accepted and not ended in each of them at once; empty: what the installation says
 * @param rate how fast events may be accepted into all of them together; empty: as fast as they come
 * @param weight how many turns the function has on a busy worker while another has one
 */
public record QueueSpec(OptionalInt limit, Optional<RateLimit> rate, int weight) {

    /** The smallest limit: one event at a time. */
    public static final int LEAST_LIMIT = 1;

    /** The largest limit. */
    public static final int MOST_LIMIT = 10_000_000;

    /** The largest weight. */
    public static final int MOST_WEIGHT = 100;

    /** Nothing said. */
    public static final QueueSpec DEFAULT = new QueueSpec(OptionalInt.empty(), Optional.empty(), 1);

    public QueueSpec {
        if (weight < 1 || weight > MOST_WEIGHT) {
            throw new IllegalArgumentException("a weight is from 1 to " + MOST_WEIGHT + ", not " + weight);
        }
    }

    /** The limit, given the installation's. */
    public int limitOr(int installation) {
        return limit.orElse(installation);
    }
}
