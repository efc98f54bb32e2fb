package dev.millrace.kafka;

/**
 * How many copies topics are created with.
 *
 * @param factor copies of each partition; 0: three on a cluster of three brokers or more, else the broker's default
 * @param minInsync copies that must have a record before it counts as stored; 0: two of three, else the broker's default
 */
public record Replication(int factor, int minInsync) {

    /** What suits the cluster. */
    public static final Replication OF_CLUSTER = new Replication(0, 0);

    public Replication {
        if (factor < 0 || minInsync < 0 || (factor > 0 && minInsync > factor)) {
            throw new IllegalArgumentException(
                    "replication factor " + factor + " with " + minInsync + " copies in sync is impossible");
        }
    }
}
