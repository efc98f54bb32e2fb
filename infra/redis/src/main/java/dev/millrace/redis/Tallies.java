package dev.millrace.redis;

import dev.millrace.contract.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the recorders have counted while they recorded: how many outcomes there are of each trigger, by day and status.
 * Thread-safe.
 */
public final class Tallies {

    /** Counting begins anew now and then; it does not do so many times while one asks. */
    private static final int TRIES = 5;

    private static final String READ = """
            local answer = {redis.call('GET', KEYS[1]) or '', redis.call('GET', KEYS[2]) or ''}
            for i = 3, #KEYS do answer[i] = redis.call('HGETALL', KEYS[i]) end
            return answer""";

    private static final Map<String, Status> TERMINAL = Arrays.stream(Status.values())
            .filter(Status::isTerminal)
            .collect(Collectors.toMap(status -> String.valueOf(status.code()), status -> status));

    private final Redis redis;

    /** Tallies in this Redis. */
    public Tallies(Redis redis) {
        this.redis = redis;
    }

    /** The outcomes of a trigger that ended so on a day, in days since 1970 by {@code endedAt} in UTC. */
    public record Cell(long day, int trigger, Status status) {}

    /**
     * What was counted of one partition of the outcome log.
     *
     * @param from the first offset that was counted
     * @param until the first one that was not
     * @param counts how many terminal outcomes lie between them, of the days asked for
     */
    public record Counted(long from, long until, Map<Cell, Long> counts) {
        public Counted {
            counts = Map.copyOf(counts);
        }
    }

    /**
     * What was counted of one partition of the outcome log, at one moment.
     *
     * @param firstDay of the days to be told
     * @param lastDay the last of them, inclusive
     * @return empty when nothing was counted, or counting just begins anew
     * @throws RedisUnavailableException Redis does not answer
     */
    public Optional<Counted> of(int partition, long firstDay, long lastDay) {
        for (int i = 0; i < TRIES; i++) {
            byte[] text = redis.call(
                    "counted outcomes", jedis -> jedis.get(redis.keys().counting(partition)));
            Optional<Tally.Head> head =
                    Optional.ofNullable(text).map(Tallies::text).flatMap(Tally.Head::of);
            if (head.isEmpty()) {
                return Optional.empty();
            }
            Optional<Counted> counted = of(partition, head.get(), firstDay, lastDay);
            if (counted.isPresent()) {
                return counted;
            }
        }
        return Optional.empty();
    }

    private Optional<Counted> of(int partition, Tally.Head head, long firstDay, long lastDay) {
        List<byte[]> keys = new ArrayList<>();
        keys.add(redis.keys().counting(partition));
        keys.add(redis.keys().recorded(partition));
        for (long day = firstDay; day <= lastDay; day++) {
            keys.add(redis.keys().counted(partition, head, day));
        }
        List<?> answer = (List<?>) redis.call(
                "counted outcomes", jedis -> jedis.eval(READ.getBytes(StandardCharsets.US_ASCII), keys, List.of()));
        String recorded = text(answer.get(1));
        if (!text(answer.get(0)).equals(head.text()) || recorded.isEmpty()) {
            return Optional.empty();
        }
        Map<Cell, Long> counts = new HashMap<>();
        for (int i = 2; i < answer.size(); i++) {
            long day = firstDay + i - 2;
            List<?> pairs = (List<?>) answer.get(i);
            for (int pair = 0; pair + 1 < pairs.size(); pair += 2) {
                put(counts, day, text(pairs.get(pair)), Long.parseLong(text(pairs.get(pair + 1))));
            }
        }
        return Optional.of(new Counted(head.from(), Long.parseLong(recorded), counts));
    }

    private static void put(Map<Cell, Long> counts, long day, String field, long count) {
        int point = field.indexOf('.');
        Status status = TERMINAL.get(field.substring(point + 1));
        if (status != null) {
            counts.put(new Cell(day, Integer.parseInt(field.substring(0, point)), status), count);
        }
    }

    /** The figures of one hash. */
    static Map<String, Long> figures(Map<byte[], byte[]> hash) {
        Map<String, Long> figures = new HashMap<>();
        hash.forEach((field, count) -> figures.put(text(field), Long.valueOf(text(count))));
        return figures;
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.US_ASCII);
    }
}
