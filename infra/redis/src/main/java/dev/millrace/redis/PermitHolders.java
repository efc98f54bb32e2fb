package dev.millrace.redis;

import dev.millrace.contract.FunctionRef;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Who holds a function's permits, for people and tests to see. Thread-safe. */
public final class PermitHolders {

    private final Redis redis;

    /** The holders in this Redis. */
    public PermitHolders(Redis redis) {
        this.redis = redis;
    }

    /**
     * One worker's part.
     *
     * @param granted what it may run at once
     * @param want what it could use
     */
    public record Part(int granted, int want) {}

    /** By worker process; one whose lease has ended is in it until somebody asks for permits of the function. */
    public Map<String, Part> of(FunctionRef function) {
        Map<String, Part> parts = new TreeMap<>();
        redis.call("the holders of permits", jedis -> jedis.hgetAll(redis.keys().permits(function)))
                .forEach((worker, row) -> {
                    String[] said = new String(row, StandardCharsets.US_ASCII).split(" ", 4);
                    parts.put(
                            new String(worker, StandardCharsets.UTF_8),
                            new Part(Integer.parseInt(said[1]), Integer.parseInt(said[2])));
                });
        return parts;
    }
}
