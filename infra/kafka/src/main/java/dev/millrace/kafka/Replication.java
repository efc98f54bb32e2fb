package dev.millrace.kafka;

/**
 * How many copies topics are created with.
 *
 * @param factor copies of each partition; 0: three on a cluster of three brokers or more, else one
 * @param minInsync copies that must have a record before it counts as stored; 0: two when there are three copies, else
 *     one
 */
public record Replication(int factor, int minInsync) {

    /** What suits the cluster. */
    public static final Replication OF_CLUSTER = new Replication(0, 0);

    public Replication {
        if (factor < 0 || minInsync < 0 || factor > Short.MAX_VALUE || (factor > 0 && minInsync > factor)) {
            throw new IllegalArgumentException(
                    "replication factor " + factor + " with " + minInsync + " copies in sync is impossible");
        }
    }

    /** The same with the numbers that were left open filled in for a cluster of this many brokers. */
    Replication on(int brokers) {
        int copies = factor > 0 ? factor : brokers >= 3 ? 3 : 1;
        int inSync = minInsync > 0 ? Math.min(minInsync, copies) : copies >= 3 ? 2 : 1;
        return new Replication(copies, inSync);
    }
}
