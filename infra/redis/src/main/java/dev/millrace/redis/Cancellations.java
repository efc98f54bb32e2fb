package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.params.ZRangeParams;
import redis.clients.jedis.resps.Tuple;

/**
 * Invocations that somebody wants to end. Workers look here twice a second and remember what they saw; a wish is kept for
 * longer than any event may wait. Thread-safe. Every method throws {@link RedisUnavailableException} when Redis does not
 * answer.
 */
public final class Cancellations {

    /** Longer than an event can be delayed and retried. */
    public static final Duration KEPT = Duration.ofDays(8);

    /** Wishes that arrive out of order are seen all the same. */
    private static final double OVERLAP_MILLIS = 60_000;

    /** Scored by Redis's own clock, so that nobody's wish is older than what has been read. */
    private static final String REQUEST = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            redis.call('ZADD', KEYS[1], now, ARGV[1])
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
            return 1""";

    private final Redis redis;

    /** Wishes in this Redis. */
    public Cancellations(Redis redis) {
        this.redis = redis;
    }

    /**
     * Some wishes.
     *
     * @param graceful by invocation: whether its run may finish in its own way
     * @param position where to read on
     */
    public record Seen(Map<EventAddress, Boolean> graceful, double position) {
        public Seen {
            graceful = Map.copyOf(graceful);
        }

        /** Nothing was read yet. */
        public static Seen nothing() {
            return new Seen(Map.of(), 0);
        }
    }

    /** Wishes that an invocation be ended. */
    public void request(EventAddress address, boolean graceful) {
        List<byte[]> arguments = List.of(ascii(member(address, graceful)), ascii(Long.toString(KEPT.toMillis())));
        redis.call(
                "a cancellation",
                jedis -> jedis.eval(ascii(REQUEST), List.of(redis.keys().cancellations()), arguments));
    }

    /** The wishes since then, a minute's worth of earlier ones once more. */
    public Seen since(double position) {
        List<Tuple> found = redis.call(
                "cancellations",
                jedis -> jedis.zrangeWithScores(
                        redis.keys().cancellations(),
                        ZRangeParams.zrangeByScoreParams(position - OVERLAP_MILLIS, Double.POSITIVE_INFINITY)));
        Map<EventAddress, Boolean> graceful = new HashMap<>();
        double last = position;
        for (Tuple wish : found) {
            String[] parts = wish.getElement().split(" ", 4);
            EventAddress address =
                    new EventAddress(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
            // Whoever asks twice is in more of a hurry.
            graceful.merge(address, parts[3].equals("graceful"), Boolean::logicalAnd);
            last = Math.max(last, wish.getScore());
        }
        return new Seen(graceful, last);
    }

    private static String member(EventAddress address, boolean graceful) {
        return address.trigger() + " " + address.partition() + " " + address.offset()
                + (graceful ? " graceful" : " now");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
