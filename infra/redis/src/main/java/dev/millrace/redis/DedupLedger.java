package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import redis.clients.jedis.params.SetParams;

/** The first event of a trigger for each dedup key, for a day. Thread-safe. */
public final class DedupLedger {

    /** How long a key is remembered. */
    public static final Duration KEPT = Duration.ofHours(24);

    private final Redis redis;
    private final Keys keys;

    /** The ledger in this Redis. */
    public DedupLedger(Redis redis) {
        this.redis = redis;
        this.keys = redis.keys();
    }

    /**
     * Enters an event under its key, unless another one was entered before.
     *
     * @return the first event with this key: the given one, or the one it duplicates
     * @throws RedisUnavailableException Redis does not answer; the event may have been entered
     */
    public EventAddress enter(String dedupKey, EventAddress event) {
        byte[] key = keys.dedup(event.trigger(), dedupKey);
        SetParams firstOnly = SetParams.setParams().nx().ex(KEPT.toSeconds());
        return redis.call("a dedup key", jedis -> {
            jedis.set(key, value(event), firstOnly);
            byte[] first = jedis.get(key);
            return first == null ? event : parse(event.trigger(), first);
        });
    }

    /** The first event with this key, if it was entered within {@link #KEPT}. */
    public Optional<EventAddress> first(int trigger, String dedupKey) {
        return redis.call(
                "a dedup key",
                jedis -> Optional.ofNullable(jedis.get(keys.dedup(trigger, dedupKey)))
                        .map(found -> parse(trigger, found)));
    }

    private static byte[] value(EventAddress event) {
        return (event.partition() + "@" + event.offset()).getBytes(StandardCharsets.US_ASCII);
    }

    private static EventAddress parse(int trigger, byte[] value) {
        String text = new String(value, StandardCharsets.US_ASCII);
        int at = text.indexOf('@');
        return new EventAddress(
                trigger, Integer.parseInt(text, 0, at, 10), Long.parseLong(text, at + 1, text.length(), 10));
    }
}
