package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.SetParams;

/** Reads results from Redis. Thread-safe. */
public final class RedisResultReader implements ResultReader {

    /** Results may be megabytes each: so many are held at once while a list is made. */
    private static final int READ_AT_ONCE = 8;

    private final Redis redis;
    private final Keys keys;
    private final Clock clock;

    /** The furthest position seen of each outcome partition: an older one means that Redis came back from a copy. */
    private final AtomicLongArray furthest = new AtomicLongArray(Topics.OUTCOME_PARTITIONS);

    /**
     * Results in this Redis.
     *
     * @param clock tells how long a result is still to be kept
     */
    public RedisResultReader(Redis redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
        this.keys = redis.keys();
    }

    @Override
    public Lookup find(EventAddress address) {
        int partition = Topics.outcomePartition(address);
        // One command, so that result and position are of the same moment.
        List<byte[]> found = redis.call(
                "a result",
                jedis -> jedis.mget(
                        keys.result(address),
                        keys.retrying(address),
                        keys.running(address),
                        keys.recorded(partition),
                        keys.rebuilding(partition)));
        byte @Nullable [] result = found.get(0);
        boolean lost = isLost(partition, found.get(3), found.get(4));
        if (result != null) {
            OutcomePack.Decoded decoded = decode(address, result);
            return new Lookup.Finished(decoded.heading(), decoded.outcomes().getFirst());
        }
        if (lost) {
            return new Lookup.Rebuilding();
        }
        Lookup.Retrying retrying = retrying(address, found.get(1));
        RunningRun running = RunningRuns.parse(address, found.get(2));
        if (retrying == null && running == null) {
            return new Lookup.Absent(number(found.get(3)));
        }
        return new Lookup.Unfinished(
                retrying, Lookup.stillRuns(running, retrying) ? running : null, number(found.get(3)));
    }

    @Override
    public Lookup.Finished confirm(OutcomePack.Entry seen) {
        long seconds = Math.ceilDiv(seen.endedAt() + seen.ttlSeconds() * 1000L - clock.millis(), 1000L);
        byte[] key = keys.result(seen.address());
        byte[] first = redis.call("a result", jedis -> {
            if (seconds > 0) {
                jedis.set(key, seen.stored(), SetParams.setParams().nx().ex(seconds));
            }
            return jedis.get(key);
        });
        OutcomePack.Decoded decoded = decode(seen.address(), first == null ? seen.stored() : first);
        return new Lookup.Finished(decoded.heading(), decoded.outcomes().getFirst());
    }

    @Override
    public Lookup restore(List<OutcomePack.Entry> outcomes) {
        EventAddress address = outcomes.getFirst().address();
        Optional<OutcomePack.Entry> end = outcomes.stream()
                .filter(outcome -> outcome.status().isTerminal())
                .findFirst();
        redis.pipelined("a result", pipeline -> {
            for (OutcomePack.Entry outcome : outcomes) {
                byte[] key = keys.log(address, outcome.attempt());
                if (outcome.log().length > 0) {
                    restore(pipeline, key, LogText.pack(outcome.log()), outcome);
                }
            }
            restore(
                    pipeline,
                    end.isPresent() ? keys.result(address) : keys.retrying(address),
                    end.orElse(outcomes.getLast()).stored(),
                    end.orElse(outcomes.getLast()));
        });
        return find(address);
    }

    private void restore(Pipeline pipeline, byte[] key, byte[] value, OutcomePack.Entry outcome) {
        long seconds = ResultCommands.secondsLeft(outcome, clock);
        if (seconds > 0) {
            pipeline.set(key, value, SetParams.setParams().nx().ex(seconds));
        }
    }

    @Override
    public Optional<byte[]> log(EventAddress address, int attempt) {
        return redis.call("a log", jedis -> Optional.ofNullable(jedis.get(keys.log(address, attempt))))
                .map(LogText::unpack);
    }

    @Override
    public RecentPage recent(RecentQuery query) {
        byte[] key = RecentChoice.wantsOnlyFailed(query)
                ? keys.recentFailed(query.function())
                : keys.recent(query.function());
        List<byte[]> elements = redis.call("recent invocations", jedis -> jedis.lrange(key, 0, -1));
        return RecentChoice.page(query, RecentChoice.choose(query, elements), this::outcomes);
    }

    private boolean isLost(int partition, byte @Nullable [] recorded, byte @Nullable [] rebuilding) {
        if (recorded == null) {
            return true;
        }
        long position = number(recorded);
        if (rebuilding != null) {
            // From here on the mark tells, until the recorder has caught up and takes it away.
            furthest.set(partition, position);
            return true;
        }
        return furthest.accumulateAndGet(partition, position, Math::max) > position;
    }

    private Lookup.@Nullable Retrying retrying(EventAddress address, byte @Nullable [] stored) {
        if (stored == null) {
            return null;
        }
        OutcomePack.Decoded decoded = decode(address, stored);
        return new Lookup.Retrying(decoded.heading(), decoded.outcomes().getFirst());
    }

    private List<Optional<OutcomePack.Decoded>> outcomes(List<EventAddress> addresses) {
        List<Optional<OutcomePack.Decoded>> outcomes = new ArrayList<>(addresses.size());
        for (int from = 0; from < addresses.size(); from += READ_AT_ONCE) {
            List<EventAddress> some = addresses.subList(from, Math.min(addresses.size(), from + READ_AT_ONCE));
            List<Response<List<byte[]>>> answers = new ArrayList<>(some.size());
            redis.pipelined("results", pipeline -> {
                answers.clear();
                some.forEach(address -> answers.add(pipeline.mget(keys.result(address), keys.retrying(address))));
            });
            for (int i = 0; i < some.size(); i++) {
                outcomes.add(withoutResult(some.get(i), answers.get(i).get()));
            }
        }
        return outcomes;
    }

    private static Optional<OutcomePack.Decoded> withoutResult(EventAddress address, List<byte[]> stored) {
        byte @Nullable [] value = stored.get(0) != null ? stored.get(0) : stored.get(1);
        if (value == null) {
            return Optional.empty();
        }
        OutcomePack.Decoded decoded = decode(address, value);
        Outcome outcome = decoded.outcomes().getFirst().withoutResult();
        return Optional.of(new OutcomePack.Decoded(decoded.heading(), List.of(outcome)));
    }

    private static OutcomePack.Decoded decode(EventAddress address, byte[] stored) {
        try {
            OutcomePack.Decoded decoded = OutcomePack.decode(stored);
            if (decoded.outcomes().size() != 1
                    || !decoded.outcomes().getFirst().address().equals(address)) {
                throw new MalformedException("it is of another invocation");
            }
            return decoded;
        } catch (MalformedException e) {
            throw new IllegalStateException(
                    "what Redis holds of " + address + " was not written by this version of Millrace: "
                            + e.getMessage(),
                    e);
        }
    }

    static long number(byte[] digits) {
        return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    }
}
