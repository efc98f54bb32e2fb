package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.params.SetParams;

/**
 * One word for each attempt that more than one worker may want to begin: who has begun it, or that it has ended. The word
 * is whatever its users agree on; here it is only set if it is still what was seen before. Thread-safe; methods throw
 * {@link RedisUnavailableException} when Redis does not answer.
 */
public final class Fences {

    /** How long a word is kept: longer than any second copy of an attempt can take to arrive. */
    static final Duration KEPT = Duration.ofDays(1);

    private static final byte[] SET_IF_AS_SEEN = bytes("""
            local found = redis.call('GET', KEYS[1])
            if (found or '') == ARGV[1] then
                redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
                return false
            end
            return found or ''
            """);
    private static final byte[] DELETE_IF_AS_SEEN = bytes("""
            if redis.call('GET', KEYS[1]) == ARGV[1] then
                return redis.call('DEL', KEYS[1])
            end
            return 0
            """);

    private final Redis redis;
    private final Keys keys;

    /** Fences in this Redis. */
    public Fences(Redis redis) {
        this.redis = redis;
        this.keys = redis.keys();
    }

    /**
     * Attempts of one invocation, each with a word of its own.
     *
     * @param number counted from 1
     */
    public record AttemptKey(EventAddress address, int number) {}

    /**
     * Sets a word if the present one is what the caller has seen.
     *
     * @param seen empty for none
     * @return {@code null} when it was set; else what is there, empty for none
     */
    public @Nullable String set(AttemptKey attempt, String seen, String word) {
        List<byte[]> key = List.of(keys.fence(attempt.address(), attempt.number()));
        List<byte[]> arguments = List.of(bytes(seen), bytes(word), bytes(Long.toString(KEPT.toMillis())));
        Object found = redis.call("a fence", jedis -> jedis.eval(SET_IF_AS_SEEN, key, arguments));
        return found instanceof byte[] text ? new String(text, StandardCharsets.UTF_8) : null;
    }

    /** Sets words whatever is there. */
    public void set(Collection<AttemptKey> attempts, String word) {
        if (attempts.isEmpty()) {
            return;
        }
        redis.pipelined(
                "fences",
                pipeline -> attempts.forEach(attempt -> pipeline.set(
                        keys.fence(attempt.address(), attempt.number()),
                        bytes(word),
                        SetParams.setParams().px(KEPT.toMillis()))));
    }

    /** Takes a word away if it is still what the caller has said. */
    public void remove(AttemptKey attempt, String word) {
        List<byte[]> key = List.of(keys.fence(attempt.address(), attempt.number()));
        redis.call("the end of a fence", jedis -> jedis.eval(DELETE_IF_AS_SEEN, key, List.of(bytes(word))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
