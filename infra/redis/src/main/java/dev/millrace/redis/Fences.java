package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.SetParams;

/**
 * One word for each attempt that more than one worker may want to begin: who has begun it, or that it has ended. The word
 * is whatever its users agree on; here it is only set if it is still what was seen before.
 *
 * <p>Redis may forget. The words of one <em>era</em> are complete: a mark beside them is forgotten with them. While there is
 * none, and for {@link #SETTLES} after a new one was set, nobody knows whether an attempt without a word has none, and
 * everybody says his again.
 *
 * <p>Thread-safe; methods throw {@link RedisUnavailableException} when Redis does not answer.
 */
public final class Fences {

    /** How long a word is kept: longer than any second copy of an attempt can take to arrive. */
    static final Duration KEPT = Duration.ofDays(1);

    /** So long everybody has to say again what Redis has forgotten. */
    public static final Duration SETTLES = Duration.ofSeconds(4);

    private static final long SET = 1;

    /** A settling that is farther off than it takes was set by a clock that has jumped. */
    private static final byte[] SET_IF_AS_SEEN = bytes("""
            local found = redis.call('GET', KEYS[1])
            if (found or '') ~= ARGV[1] then
                return found or ''
            end
            if not found then
                local settled = tonumber(redis.call('GET', KEYS[2]))
                local time = redis.call('TIME')
                local left = settled and settled - (time[1] * 1000 + math.floor(time[2] / 1000))
                if not left or (left > 0 and left <= tonumber(ARGV[4])) then
                    return 0
                end
            end
            redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
            return 1
            """);

    private static final byte[] BEGIN_ERA = bytes("""
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            redis.call('SET', KEYS[1], string.format('%.0f', now + ARGV[1]), 'NX')
            return redis.call('GET', KEYS[1])
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

    /** What came of a word that was to be set. */
    public sealed interface Said {

        /** It stands. */
        record Set() implements Said {}

        /** Another one is there; empty for none, when one was expected. */
        record Found(String word) implements Said {}

        /** There is none, but Redis has forgotten words lately, and this may be one of them. */
        record Unsettled() implements Said {}
    }

    /**
     * Sets a word if the present one is what the caller has seen.
     *
     * @param seen empty for none
     */
    public Said set(AttemptKey attempt, String seen, String word) {
        List<byte[]> key = List.of(keys.fence(attempt.address(), attempt.number()), keys.fenceEra(eraOf(attempt)));
        List<byte[]> arguments = List.of(bytes(seen), bytes(word), number(KEPT.toMillis()), number(SETTLES.toMillis()));
        Object found = redis.call("a fence", jedis -> jedis.eval(SET_IF_AS_SEEN, key, arguments));
        return switch (found) {
            case byte[] text -> new Said.Found(text(text));
            case Long done when done == SET -> new Said.Set();
            default -> new Said.Unsettled();
        };
    }

    /** How many eras there are: one for the attempts of each partition of the outcome log, kept and forgotten beside them. */
    public static int eras() {
        return Topics.OUTCOME_PARTITIONS;
    }

    /** In which era words about this attempt are. */
    public static int eraOf(AttemptKey attempt) {
        return Topics.outcomePartition(attempt.address());
    }

    /** The present eras; empty for one that Redis has forgotten, or has never had. */
    public List<String> presentEras() {
        List<Response<byte[]>> found = new ArrayList<>();
        redis.pipelined("eras of fences", pipeline -> {
            for (int era = 0; era < eras(); era++) {
                found.add(pipeline.get(keys.fenceEra(era)));
            }
        });
        return found.stream()
                .map(Response::get)
                .map(era -> era == null ? "" : text(era))
                .toList();
    }

    /**
     * Begins an era, unless it has been begun.
     *
     * @param settles after which time an attempt without a word has none; nothing when nobody has anything to say again
     * @return what is there now
     */
    public String begin(int era, Duration settles) {
        List<byte[]> arguments = List.of(number(settles.toMillis()));
        Object now =
                redis.call("the era of fences", jedis -> jedis.eval(BEGIN_ERA, List.of(keys.fenceEra(era)), arguments));
        return text((byte[]) now);
    }

    /** Changes nothing, but fails where words cannot be set. */
    public void tryToWrite() {
        String ignored = begin(0, SETTLES);
    }

    /** Says words again where Redis has none. */
    public void sayAgain(Map<AttemptKey, String> words) {
        if (words.isEmpty()) {
            return;
        }
        redis.pipelined(
                "fences",
                pipeline -> words.forEach((attempt, word) -> pipeline.set(
                        keys.fence(attempt.address(), attempt.number()),
                        bytes(word),
                        SetParams.setParams().nx().px(KEPT.toMillis()))));
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

    private static byte[] number(long value) {
        return bytes(Long.toString(value));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
