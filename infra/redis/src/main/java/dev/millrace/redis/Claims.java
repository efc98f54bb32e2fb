package dev.millrace.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Long runs of a lane, so that the lane's next owner neither repeats what is done nor starts what still runs. Written by
 * whoever runs the event; read by a new owner of the lane. Thread-safe.
 */
public final class Claims {

    private static final Duration KEPT = Duration.ofDays(1);

    private static final byte[] REPLACE_IF_AS_SEEN = """
            for i = 1, #ARGV, 3 do
                if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then
                    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2])
                end
            end
            return 0
            """.getBytes(StandardCharsets.UTF_8);

    private final Redis redis;
    private final Keys keys;

    /** Claims in this Redis. */
    public Claims(Redis redis) {
        this.redis = redis;
        this.keys = redis.keys();
    }

    /**
     * States whose an event is; replaces what was said of it before.
     *
     * @param topic a trigger's or a delay topic
     */
    public void put(String topic, int partition, long offset, Claim claim) {
        byte[] key = keys.claims(topic, partition);
        redis.pipelined("a claim", pipeline -> {
            pipeline.hset(key, field(offset), value(claim));
            pipeline.expire(key, KEPT.toSeconds());
        });
    }

    /**
     * States whose several events of a lane are.
     *
     * @param said by offset, replacing what was said before
     * @param saidBefore by offset, said again in case it was lost: what was said since is left as it is
     */
    public void put(String topic, int partition, Map<Long, Claim> said, Map<Long, Claim> saidBefore) {
        if (said.isEmpty() && saidBefore.isEmpty()) {
            return;
        }
        byte[] key = keys.claims(topic, partition);
        redis.pipelined("claims", pipeline -> {
            said.forEach((offset, claim) -> pipeline.hset(key, field(offset), value(claim)));
            saidBefore.forEach((offset, claim) -> pipeline.hsetnx(key, field(offset), value(claim)));
            pipeline.expire(key, KEPT.toSeconds());
        });
    }

    /** Every claim of a lane, by offset. */
    public Map<Long, Claim> of(String topic, int partition) {
        Map<byte[], byte[]> found =
                redis.call("the claims of a lane", jedis -> jedis.hgetAll(keys.claims(topic, partition)));
        Map<Long, Claim> claims = new TreeMap<>();
        found.forEach((offset, claim) -> claims.put(Long.parseLong(text(offset)), parse(text(claim))));
        return claims;
    }

    /**
     * States that nobody runs these events any more. What somebody else has said of them since is left as it is.
     *
     * @param own by offset, as they were claimed
     */
    public void letGo(String topic, int partition, Map<Long, Claim> own) {
        if (own.isEmpty()) {
            return;
        }
        List<byte[]> arguments = new ArrayList<>();
        own.forEach((offset, claim) -> arguments.addAll(List.of(field(offset), value(claim), value(claim.letGo()))));
        redis.call(
                "the end of claims",
                jedis -> jedis.eval(REPLACE_IF_AS_SEEN, List.of(keys.claims(topic, partition)), arguments));
    }

    /** Forgets claims, once their offsets are committed. */
    public void remove(String topic, int partition, Collection<Long> offsets) {
        if (offsets.isEmpty()) {
            return;
        }
        byte[][] fields = offsets.stream().map(Claims::field).toArray(byte[][]::new);
        redis.call("the end of claims", jedis -> jedis.hdel(keys.claims(topic, partition), fields));
    }

    private static byte[] field(long offset) {
        return Long.toString(offset).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] value(Claim claim) {
        String text = (claim.done() ? "done " : "running ") + claim.attempt() + " " + claim.worker();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Claim parse(String text) {
        String[] parts = text.split(" ", 3);
        return new Claim(parts[2], Integer.parseInt(parts[1]), "done".equals(parts[0]));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
