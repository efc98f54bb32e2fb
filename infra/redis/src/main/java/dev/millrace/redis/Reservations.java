package dev.millrace.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who was first with an idempotency key, for a day. Thread-safe. Every method throws {@link RedisUnavailableException}
 * when Redis does not answer; what it was to change may have been changed.
 */
public final class Reservations {

    /** How long a key is remembered. */
    public static final Duration KEPT = DedupLedger.KEPT;

    private static final String RESERVE = """
            local held = redis.call('GET', KEYS[1])
            if held then return {held, redis.call('PTTL', KEYS[1])} end
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            return {}""";

    /** Replaces one reservation by another, by none, or by itself with an address, which leaves its time as it is. */
    private static final String REPLACE = """
            local held = redis.call('GET', KEYS[1])
            if held ~= ARGV[1] then return held end
            if ARGV[2] == '' then redis.call('DEL', KEYS[1])
            elseif ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
            else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
            return ARGV[2]""";

    private static final byte[] NOTHING = new byte[0];

    private final Redis redis;

    /** Reservations in this Redis. */
    public Reservations(Redis redis) {
        this.redis = redis;
    }

    /** Somebody was first: so he reserved, and so long ago. */
    public record Held(Reservation reservation, Duration age) {}

    /**
     * Reserves a key, unless it is.
     *
     * @return who holds it already; empty: this one does now
     */
    public Optional<Held> reserve(int trigger, String key, Reservation mine) {
        List<byte[]> arguments = List.of(mine.bytes(), ascii(KEPT.toMillis()));
        Object held = redis.call(
                "an idempotency key", jedis -> jedis.eval(ascii(RESERVE), List.of(at(trigger, key)), arguments));
        if (held instanceof List<?> found && found.size() == 2) {
            long left = (Long) found.get(1);
            return Optional.of(new Held(Reservation.parse((byte[]) found.get(0)), KEPT.minusMillis(left)));
        }
        return Optional.empty();
    }

    /**
     * Says where the event lies, unless somebody has taken the key over meanwhile.
     *
     * @return what is held now; empty when the day is over
     */
    public Optional<Reservation> settle(int trigger, String key, Reservation held, long offset) {
        return replace(trigger, key, held, held.settledAt(offset).bytes(), NOTHING);
    }

    /** Takes over from one who has vanished; answers whether nobody else did before. The day begins anew. */
    public boolean takeOver(int trigger, String key, Reservation held, Reservation mine) {
        return replace(trigger, key, held, mine.bytes(), ascii(KEPT.toMillis()))
                .filter(mine::equals)
                .isPresent();
    }

    /** Gives a key back whose event was not stored. */
    public void release(int trigger, String key, Reservation mine) {
        replace(trigger, key, mine, NOTHING, NOTHING);
    }

    private Optional<Reservation> replace(int trigger, String key, Reservation held, byte[] next, byte[] kept) {
        List<byte[]> arguments = List.of(held.bytes(), next, kept);
        Object now = redis.call(
                "an idempotency key", jedis -> jedis.eval(ascii(REPLACE), List.of(at(trigger, key)), arguments));
        return reservation(now);
    }

    private static Optional<Reservation> reservation(@Nullable Object answer) {
        return answer instanceof byte[] bytes && bytes.length > 0
                ? Optional.of(Reservation.parse(bytes))
                : Optional.empty();
    }

    private byte[] at(int trigger, String key) {
        return redis.keys().reservation(trigger, key);
    }

    private static byte[] ascii(Object text) {
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
