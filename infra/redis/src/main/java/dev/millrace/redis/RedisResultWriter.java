package dev.millrace.redis;

import dev.millrace.contract.OutcomePack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Writes results to Redis over two connections, so that both sides always have work. All of one partition of the outcome
 * log goes over one of them, so that it arrives in log order. Not thread-safe, except for {@link #close}.
 */
public final class RedisResultWriter implements ResultWriter {

    private static final int CONNECTIONS = 2;

    /**
     * Moves a position on, if it is where it was left, and ends the rebuilding that it completes. With it goes what was
     * counted up to there: for each key from the fourth on a number of fields, then so many fields and values.
     */
    private static final String ADVANCE = """
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
            if (redis.call('GET', KEYS[3]) or ARGV[3]) ~= ARGV[3] then return 0 end
            redis.call('SET', KEYS[1], ARGV[2])
            local target = redis.call('GET', KEYS[2])
            if target and tonumber(target) <= tonumber(ARGV[2]) then redis.call('DEL', KEYS[2]) end
            redis.call('SET', KEYS[3], ARGV[3])
            local at = 5
            for i = 4, #KEYS do
                for field = 1, tonumber(ARGV[at]) do
                    redis.call('HSET', KEYS[i], ARGV[at + 2 * field - 1], ARGV[at + 2 * field])
                end
                redis.call('EXPIRE', KEYS[i], ARGV[4])
                at = at + 1 + 2 * tonumber(ARGV[at])
            end
            return 1""";

    /**
     * Sets a position and whether it is one of a rebuilding, if it still is what was read ('' for none). From another
     * position counting begins anew.
     */
    private static final String REPOSITION = """
            if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
            redis.call('SET', KEYS[1], ARGV[2])
            if ARGV[3] == '' then redis.call('DEL', KEYS[2]) else redis.call('SET', KEYS[2], ARGV[3]) end
            if ARGV[1] ~= ARGV[2] then redis.call('SET', KEYS[3], ARGV[4]) end
            return 1""";

    /** Counts are kept for so many days: longer than the outcome log they are held against. */
    private static final long COUNTS_KEPT_SECONDS = 40 * 24 * 3600L;

    private static final byte[] EVAL = ascii("EVAL");
    private static final byte[] ADVANCE_BYTES = ascii(ADVANCE);

    private final Redis redis;
    private final ResultCommands results;
    private final RecentPushes recent;
    private final Reachability acceptance;
    private final AtomicReferenceArray<@Nullable PipelineConnection> connections =
            new AtomicReferenceArray<>(CONNECTIONS);
    private final Map<Integer, Stretch> sent = new TreeMap<>();
    private final Map<Integer, Tally> tallies = new HashMap<>();

    /**
     * Writes to this Redis.
     *
     * @param clock tells how long a result is still to be kept
     */
    public RedisResultWriter(Redis redis, Clock clock) {
        this.redis = redis;
        this.results = new ResultCommands(redis.keys(), clock);
        this.recent = new RecentPushes(redis.keys());
        this.acceptance = new Reachability(redis.settings().toString());
    }

    @Override
    public void write(OutcomeBatch batch) {
        Stretch before = sent.get(batch.partition());
        if (before != null && before.next() != batch.from()) {
            throw new IllegalArgumentException("stretch of partition " + batch.partition() + " begins at "
                    + batch.from() + ", the one before ended at " + before.next());
        }
        try {
            Tally tally = tally(batch);
            PipelineConnection connection = connection(batch.partition());
            for (OutcomePack.Entries pack : batch.packs()) {
                for (OutcomePack.Entry entry : pack.entries()) {
                    if (results.write(entry, connection)) {
                        recent.add(pack.heading().ref().function(), entry);
                    }
                }
            }
            recent.writeTo(connection);
            connection.send();
            tally.add(batch);
        } catch (IOException e) {
            throw lost(e);
        } catch (RedisUnavailableException e) {
            forgetSent();
            throw e;
        }
        sent.put(batch.partition(), new Stretch(before == null ? batch.from() : before.from(), batch.next()));
    }

    @Override
    public Set<Integer> drain() {
        try {
            for (int index = 0; index < CONNECTIONS; index++) {
                PipelineConnection connection = connections.get(index);
                if (connection != null) {
                    connection.drain();
                }
            }
            Set<Integer> notMoved = advance();
            tallies.keySet().removeAll(notMoved);
            sent.clear();
            redis.reachability().answered();
            acceptance.answered();
            return notMoved;
        } catch (IOException e) {
            throw lost(e);
        }
    }

    @Override
    public Map<Integer, RecordedPosition> positions(Collection<Integer> partitions) {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        return redis.call("positions of the recorder", jedis -> {
            Map<Integer, RecordedPosition> positions = new HashMap<>();
            for (int partition : partitions) {
                List<byte[]> found = jedis.mget(
                        redis.keys().recorded(partition), redis.keys().rebuilding(partition));
                positions.put(partition, new RecordedPosition(optional(found.get(0)), optional(found.get(1))));
            }
            return positions;
        });
    }

    @Override
    public boolean reposition(int partition, OptionalLong expected, long position, OptionalLong rebuildingUntil) {
        List<byte[]> keys = List.of(
                redis.keys().recorded(partition),
                redis.keys().rebuilding(partition),
                redis.keys().counting(partition));
        boolean rebuilding = rebuildingUntil.isPresent() && rebuildingUntil.getAsLong() > position;
        List<byte[]> arguments = List.of(
                expected.isPresent() ? ascii(Long.toString(expected.getAsLong())) : new byte[0],
                ascii(Long.toString(position)),
                rebuilding ? ascii(Long.toString(rebuildingUntil.getAsLong())) : new byte[0],
                ascii(Tally.Head.anew(position).text()));
        Object set = redis.call("a position of the recorder", jedis -> jedis.eval(ascii(REPOSITION), keys, arguments));
        return Long.valueOf(1).equals(set);
    }

    @Override
    public void close() {
        for (int index = 0; index < CONNECTIONS; index++) {
            PipelineConnection connection = connections.getAndSet(index, null);
            if (connection != null) {
                connection.close();
            }
        }
    }

    private Set<Integer> advance() throws IOException {
        List<Integer> partitions = new ArrayList<>(sent.size());
        for (Map.Entry<Integer, Stretch> stretch : sent.entrySet()) {
            PipelineConnection connection = connection(stretch.getKey());
            writeAdvance(stretch.getKey(), stretch.getValue(), connection);
            partitions.add(stretch.getKey());
        }
        Set<Integer> notMoved = new TreeSet<>();
        for (int partition : partitions) {
            if (connection(partition).answer() != 1) {
                notMoved.add(partition);
            }
        }
        return notMoved;
    }

    private void writeAdvance(int partition, Stretch stretch, PipelineConnection connection) throws IOException {
        Tally tally = tallies.get(partition);
        if (tally == null) {
            throw new IllegalStateException("nothing was counted of outcome partition " + partition);
        }
        Map<Long, Map<String, Long>> changes = tally.takeChanges();
        int figures = changes.values().stream().mapToInt(Map::size).sum();
        CommandBuffer commands = connection.commands();
        commands.command(10 + 2 * changes.size() + 2 * figures);
        commands.argument(EVAL);
        commands.argument(ADVANCE_BYTES);
        commands.argument(3 + changes.size());
        commands.argument(redis.keys().recorded(partition));
        commands.argument(redis.keys().rebuilding(partition));
        commands.argument(redis.keys().counting(partition));
        changes.keySet().forEach(day -> commands.argument(redis.keys().counted(partition, tally.head(), day)));
        commands.argument(stretch.from());
        commands.argument(stretch.next());
        commands.argument(tally.head().text());
        commands.argument(COUNTS_KEPT_SECONDS);
        changes.values().forEach(ofDay -> {
            commands.argument(ofDay.size());
            ofDay.forEach((field, count) -> {
                commands.argument(field);
                commands.argument(count);
            });
        });
        connection.written();
    }

    /** The tally that goes on where this batch begins: the one at hand, or what Redis has. */
    private Tally tally(OutcomeBatch batch) {
        Tally tally = tallies.get(batch.partition());
        if (tally == null || tally.next() != batch.from()) {
            byte[] text = redis.call(
                    "counted outcomes", jedis -> jedis.get(redis.keys().counting(batch.partition())));
            Tally.Head head = Optional.ofNullable(text)
                    .flatMap(present -> Tally.Head.of(new String(present, StandardCharsets.US_ASCII)))
                    .orElseGet(() -> Tally.Head.anew(batch.from()));
            tally = new Tally(head, batch.from(), day -> counted(batch.partition(), head, day));
            tallies.put(batch.partition(), tally);
        }
        return tally;
    }

    private Map<String, Long> counted(int partition, Tally.Head head, long day) {
        return Tallies.figures(redis.call(
                "counted outcomes", jedis -> jedis.hgetAll(redis.keys().counted(partition, head, day))));
    }

    private PipelineConnection connection(int partition) throws IOException {
        int index = partition % CONNECTIONS;
        PipelineConnection connection = connections.get(index);
        if (connection == null) {
            connection = new PipelineConnection(redis);
            connections.set(index, connection);
        }
        return connection;
    }

    private RedisUnavailableException lost(IOException cause) {
        forgetSent();
        // A Redis that answers other questions but stores nothing is back only when it stores again.
        (cause instanceof PipelineConnection.Refusal ? acceptance : redis.reachability()).lost(cause);
        return new RedisUnavailableException(
                "Redis at " + redis.settings() + " does not take results: " + cause.getMessage(), cause);
    }

    private void forgetSent() {
        close();
        sent.clear();
        recent.clear();
        tallies.clear();
    }

    private static OptionalLong optional(byte @Nullable [] digits) {
        return digits == null ? OptionalLong.empty() : OptionalLong.of(RedisResultReader.number(digits));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** What was sent of a partition since the last drain. */
    private record Stretch(long from, long next) {}
}
