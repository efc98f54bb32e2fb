package dev.millrace.redis;

import dev.millrace.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.params.SetParams;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which worker reads which partition of the requests topic: one holder for each, as long as he says so. The lease's value
 * tells dispatchers of the worker, so that one look shows who lives and who is free. Thread-safe. Every method throws
 * {@link RedisUnavailableException} when Redis does not answer.
 */
public final class RequestPartitions {

    /** A lease that was not renewed for this long is over. */
    public static final Duration TTL = Duration.ofSeconds(3);

    /** How often a worker renews its lease and tells how it stands. */
    public static final Duration RENEW = Duration.ofMillis(250);

    private static final Logger log = LoggerFactory.getLogger(RequestPartitions.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Sets the value unless somebody else holds the partition. The holder stands before the first space. */
    private static final byte[] RENEW_IF_HELD = bytes("""
            local held = redis.call('GET', KEYS[1])
            if held and string.sub(held, 1, #ARGV[1]) ~= ARGV[1] then return 0 end
            redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2], 'PX', ARGV[3])
            return 1""");

    private static final byte[] RELEASE_IF_HELD = bytes("""
            local held = redis.call('GET', KEYS[1])
            if held and string.sub(held, 1, #ARGV[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
            return 0""");

    private final Redis redis;
    private final byte[][] keys = new byte[Topics.REQUEST_PARTITIONS][];

    /** Leases in this Redis. */
    public RequestPartitions(Redis redis) {
        this.redis = redis;
        for (int partition = 0; partition < keys.length; partition++) {
            keys[partition] = redis.keys().requestPartition(partition);
        }
    }

    /** Takes the first partition that nobody holds; nothing when all are held. */
    public OptionalInt take(String holder, CallWorker worker) {
        List<byte[]> held = redis.call("free partitions for calls", jedis -> jedis.mget(keys));
        byte[] value = bytes(mark(holder) + json(worker));
        for (int partition = 0; partition < keys.length; partition++) {
            byte[] key = keys[partition];
            if (held.get(partition) == null
                    && redis.call(
                                    "a partition for calls",
                                    jedis -> jedis.set(
                                            key,
                                            value,
                                            SetParams.setParams().nx().px(TTL.toMillis())))
                            != null) {
                return OptionalInt.of(partition);
            }
        }
        return OptionalInt.empty();
    }

    /** Holds it for another {@link #TTL}; {@code false} when somebody else has taken it meanwhile. */
    public boolean renew(int partition, String holder, CallWorker worker) {
        List<byte[]> arguments =
                List.of(bytes(mark(holder)), bytes(json(worker)), bytes(Long.toString(TTL.toMillis())));
        Object held = redis.call(
                "the lease of a partition for calls",
                jedis -> jedis.eval(RENEW_IF_HELD, List.of(keys[partition]), arguments));
        return Long.valueOf(1).equals(held);
    }

    /** Gives it back, at an orderly end. */
    public void release(int partition, String holder) {
        redis.call(
                "the end of a partition for calls",
                jedis -> jedis.eval(RELEASE_IF_HELD, List.of(keys[partition]), List.of(bytes(mark(holder)))));
    }

    /** The workers that take calls now, by their partitions. */
    public Map<Integer, CallWorker> workers() {
        List<byte[]> values = new ArrayList<>(redis.call("workers that take calls", jedis -> jedis.mget(keys)));
        Map<Integer, CallWorker> workers = new TreeMap<>();
        for (int partition = 0; partition < values.size(); partition++) {
            CallWorker worker = read(values.get(partition));
            if (worker != null) {
                workers.put(partition, worker);
            }
        }
        return workers;
    }

    private static @Nullable CallWorker read(byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        String text = new String(value, StandardCharsets.UTF_8);
        try {
            return JSON.readValue(text.substring(text.indexOf(' ') + 1), CallWorker.class);
        } catch (JacksonException e) {
            log.warn("the lease of a partition for calls is not readable and is passed over: {}", e.getMessage());
            return null;
        }
    }

    private static String mark(String holder) {
        return holder + " ";
    }

    private static String json(CallWorker worker) {
        return JSON.writeValueAsString(worker);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
