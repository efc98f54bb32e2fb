package dev.millrace.benchmarks.drain;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Status;
import dev.millrace.redis.Lookup;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisResultReader;
import dev.millrace.redis.ResultReader;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** After the clock has stopped: whether every event has its result, and what a sample of them says. */
final class ResultCheck {

    private static final int SAMPLE = 1_000;

    /** Keys of finished invocations, whatever their prefix. */
    private static final String RESULT_KEYS = "*}r:*";

    private final Backlog backlog;

    ResultCheck(Backlog backlog) {
        this.backlog = backlog;
    }

    /**
     * Counts all and reads some.
     *
     * @return bytes that Redis keeps per result, in the mean of the sample
     * @throws IllegalStateException when one is missing, or is not a success
     */
    int requireAll() {
        try (Jedis jedis = new Jedis(backlog.backing().redisSettings().uri())) {
            Set<String> sample = new HashSet<>();
            long count = count(jedis, sample);
            if (count != backlog.events()) {
                throw new IllegalStateException(count + " results of " + backlog.events() + " events");
            }
            requireSuccesses();
            return (int) Math.round(
                    sample.stream().mapToLong(jedis::strlen).average().orElse(0));
        }
    }

    private static long count(Jedis jedis, Set<String> sample) {
        ScanParams step = new ScanParams().match(RESULT_KEYS).count(5_000);
        String cursor = ScanParams.SCAN_POINTER_START;
        long count = 0;
        do {
            // Nobody writes now, so no key is seen twice.
            ScanResult<String> found = jedis.scan(cursor, step);
            count += found.getResult().size();
            found.getResult().stream().limit(10).forEach(sample::add);
            cursor = found.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        return count;
    }

    private void requireSuccesses() {
        try (Redis redis = new Redis(backlog.backing().redisSettings())) {
            ResultReader results = new RedisResultReader(redis, Clock.systemUTC());
            int each = Math.max(1, backlog.events() / backlog.partitions() / (SAMPLE / backlog.partitions()));
            for (int partition = 0; partition < backlog.partitions(); partition++) {
                long last = backlog.events() / backlog.partitions() - 1L;
                for (long offset = 0; offset <= last; offset += each) {
                    requireSuccess(results, new EventAddress(backlog.trigger(), partition, offset));
                }
            }
        }
    }

    private static void requireSuccess(ResultReader results, EventAddress address) {
        Lookup found = results.find(address);
        if (!(found instanceof Lookup.Finished finished) || finished.outcome().status() != Status.SUCCEEDED) {
            throw new IllegalStateException("event " + address + " has no success recorded but " + found);
        }
    }
}
