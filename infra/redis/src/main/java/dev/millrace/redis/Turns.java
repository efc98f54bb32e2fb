package dev.millrace.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Which one of several programs does something that one of them is to do. Whoever has the turn keeps it as long as it asks
 * often enough. Two may believe to have it when Redis forgets: for what does no harm when it is done twice. Thread-safe.
 */
public final class Turns {

    private static final String TAKE = """
            local holder = redis.call('GET', KEYS[1])
            if holder and holder ~= ARGV[1] then return 0 end
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            return 1""";

    private static final String GIVE_BACK = """
            if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
            return 1""";

    private final Redis redis;

    /** Turns in this Redis. */
    public Turns(Redis redis) {
        this.redis = redis;
    }

    /**
     * Takes the turn, or keeps it.
     *
     * @param what is to be done
     * @param name of the one that asks
     * @param hold how long it is kept without being asked for again
     * @return whether it has the turn
     * @throws RedisUnavailableException Redis does not answer
     */
    public boolean take(String what, String name, Duration hold) {
        return Long.valueOf(1).equals(eval(TAKE, what, bytes(name), bytes(Long.toString(hold.toMillis()))));
    }

    /** Gives the turn back, for another to take at once. */
    public void giveBack(String what, String name) {
        eval(GIVE_BACK, what, bytes(name));
    }

    private Object eval(String script, String what, byte[]... arguments) {
        return redis.call(
                "a turn",
                jedis -> jedis.eval(bytes(script), List.of(redis.keys().turn(what)), List.of(arguments)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
