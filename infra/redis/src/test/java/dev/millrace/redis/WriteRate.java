package dev.millrace.redis;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;
import dev.millrace.embedded.EmbeddedRedis;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.params.SetParams;

/**
 * How fast results go to Redis, beside a plain pipelined {@code SET} and the same with {@code NX EX}, in one run. Not a
 * test: {@code WriteRate DIRECTORY [ROUNDS [RESULTS]]}, see the module's README.
 */
final class WriteRate {

    private static final int LANES = 4;
    private static final int PIPELINE = 500;
    private static final int PACKS_AT_ONCE = 50;
    private static final long DRAIN_NANOS = 100_000_000L;
    private static final Pattern CPU = Pattern.compile("used_cpu_(?:user|sys):([0-9.]+)");

    private final Redis redis;
    private final List<List<byte[]>> log;
    private final long results;

    private WriteRate(Redis redis, List<List<byte[]>> log) {
        this.redis = redis;
        this.log = log;
        this.results = log.stream().mapToLong(List::size).sum() * OutcomePack.MAX_OUTCOMES;
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int results = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 300_000;
        try (EmbeddedRedis server = EmbeddedRedis.in(Path.of(arguments[0]))
                        .with("appendonly", "no")
                        .start();
                Redis redis = new Redis(RedisSettings.of(server.uri().toString()))) {
            WriteRate rate = new WriteRate(redis, log(results / LANES / OutcomePack.MAX_OUTCOMES));
            for (int round = 1; round <= rounds; round++) {
                rate.measure("plain pipelined SET", () -> rate.pipelined(SetParams.setParams()));
                rate.measure(
                        "pipelined SET NX EX",
                        () -> rate.pipelined(SetParams.setParams().nx().ex(86_400)));
                rate.measure("ResultWriter", rate::written);
            }
        }
    }

    private void measure(String what, Run run) throws Exception {
        redis.call("FLUSHALL", jedis -> jedis.flushAll());
        double cpu = cpu();
        long threadCpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long begin = System.nanoTime();
        run.go();
        double seconds = (System.nanoTime() - begin) / 1e9;
        double ours = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - threadCpu) / 1e3;
        System.out.printf(
                "%-20s %6.0f k/s   CPU per result: Redis %.2f us, this side %.2f us%n",
                what, results / seconds / 1000, (cpu() - cpu) * 1e6 / results, ours / results);
    }

    private void pipelined(SetParams how) throws MalformedException {
        List<OutcomePack.Entry> entries = new ArrayList<>(PIPELINE);
        for (List<byte[]> lane : log) {
            for (byte[] pack : lane) {
                entries.addAll(OutcomePack.entries(pack).entries());
                if (entries.size() >= PIPELINE) {
                    redis.pipelined(
                            "results",
                            pipeline -> entries.forEach(
                                    entry -> pipeline.set(redis.keys().result(entry.address()), entry.stored(), how)));
                    entries.clear();
                }
            }
        }
    }

    private void written() throws MalformedException {
        try (RedisResultWriter writer = new RedisResultWriter(redis, Clock.systemUTC())) {
            for (int lane = 0; lane < LANES; lane++) {
                writer.reposition(Topics.outcomePartition(17, lane), OptionalLong.empty(), 0, OptionalLong.empty());
            }
            long drained = System.nanoTime();
            for (int from = 0; from < log.getFirst().size(); from += PACKS_AT_ONCE) {
                for (int lane = 0; lane < LANES; lane++) {
                    writer.write(batch(lane, from));
                }
                if (System.nanoTime() - drained > DRAIN_NANOS) {
                    writer.drain();
                    drained = System.nanoTime();
                }
            }
            writer.drain();
        }
    }

    private OutcomeBatch batch(int lane, int from) throws MalformedException {
        int next = Math.min(log.get(lane).size(), from + PACKS_AT_ONCE);
        List<OutcomePack.Entries> packs = new ArrayList<>();
        for (byte[] pack : log.get(lane).subList(from, next)) {
            packs.add(OutcomePack.entries(pack));
        }
        return new OutcomeBatch(Topics.outcomePartition(17, lane), from, next, packs);
    }

    private double cpu() {
        Matcher figures = CPU.matcher(redis.call("INFO", jedis -> jedis.info("cpu")));
        double seconds = 0;
        while (figures.find()) {
            seconds += Double.parseDouble(figures.group(1));
        }
        return seconds;
    }

    private static List<List<byte[]>> log(int packsPerLane) {
        Random random = new Random(1);
        List<List<byte[]>> log = new ArrayList<>();
        for (int lane = 0; lane < LANES; lane++) {
            OutcomeHeading heading =
                    new OutcomeHeading(17, lane, new TriggerRef(FunctionRef.of("resize"), "photos"), TriggerType.COS);
            List<byte[]> packs = new ArrayList<>();
            for (int i = 0; i < packsPerLane; i++) {
                packs.add(pack(heading, (long) i * OutcomePack.MAX_OUTCOMES, random));
            }
            log.add(packs);
        }
        return log;
    }

    private static byte[] pack(OutcomeHeading heading, long firstOffset, Random random) {
        OutcomePack pack = new OutcomePack(heading);
        long now = System.currentTimeMillis();
        for (int i = 0; i < OutcomePack.MAX_OUTCOMES; i++) {
            byte[] result = new byte[200];
            random.nextBytes(result);
            pack.add(OutcomePack.encode(new Outcome(
                    new EventAddress(heading.trigger(), heading.partition(), firstOffset + i),
                    Status.SUCCEEDED,
                    "$LATEST",
                    now,
                    now,
                    86_400,
                    List.of(new Attempt(1, now, 100, null, "w-1", 0, null, 0)),
                    result,
                    null,
                    new byte[0],
                    null)));
        }
        return pack.toBytes();
    }

    private interface Run {
        void go() throws Exception;
    }
}
