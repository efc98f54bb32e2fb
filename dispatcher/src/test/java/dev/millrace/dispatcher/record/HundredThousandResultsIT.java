package dev.millrace.dispatcher.record;

import static dev.millrace.dispatcher.wait.Samples.heading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.dispatcher.RawRedis;
import dev.millrace.dispatcher.wait.Samples;
import dev.millrace.embedded.EmbeddedRedis;
import dev.millrace.embedded.fault.FaultProxy;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisResultWriter;
import dev.millrace.redis.RedisSettings;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A hundred thousand results, lost in every way there is, are back within a minute, byte for byte the same. */
@RealBackends
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
class HundredThousandResultsIT {

    private static final Logger log = LoggerFactory.getLogger(HundredThousandResultsIT.class);

    private static final int RESULTS = 100_000;
    private static final int PACKED = 50;
    private static final int LANES = 24;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final OutcomeLog outcomes;

    private Path folder;
    private FaultProxy proxy;
    private EmbeddedRedis server;
    private Redis redis;
    private TopicAdmin admin;
    private Recorder recorder;
    private List<String> keys;
    private String fingerprint;

    @SuppressWarnings("NullAway.Init") // JUnit calls begin.
    HundredThousandResultsIT(KafkaSpace space) {
        outcomes = new OutcomeLog(space, "hundred");
    }

    @BeforeAll
    void begin(@TempDir Path scratch) throws IOException {
        folder = scratch;
        proxy = FaultProxy.open();
        server = redisIn("first");
        redis = new Redis(RedisSettings.of("redis://127.0.0.1:" + proxy.forwardTo(server.port())));
        admin = TopicAdmin.connect(outcomes.settings(), LIMIT);
        recorder = new Recorder(
                outcomes.settings(), new RedisResultWriter(redis, Clock.systemUTC()), new SimpleMeterRegistry());
        for (int first = 0; first < RESULTS; first += PACKED) {
            OutcomeHeading lane = heading(1 + first / PACKED % LANES, first % 4);
            Outcome[] pack = IntStream.range(first, first + PACKED)
                    .mapToObj(
                            offset -> Samples.succeeded(lane, offset, offset % 10 == 0 ? "line " + offset + "\n" : ""))
                    .toArray(Outcome[]::new);
            outcomes.send(lane, Samples.pack(lane, pack));
        }
        outcomes.flush();
        await().atMost(LIMIT).until(() -> results() == RESULTS);
        try (RawRedis raw = new RawRedis(server.port())) {
            keys = raw.keys("*{o*}[rl]:*");
            fingerprint = raw.fingerprint(keys);
        }
        assertThat(keys).hasSize(RESULTS + RESULTS / 10);
    }

    @AfterAll
    void end() {
        recorder.close();
        outcomes.close();
        admin.close();
        redis.close();
        proxy.close();
        server.close();
    }

    @Test
    void afterAFlush() throws IOException {
        try (RawRedis raw = new RawRedis(server.port())) {
            raw.command("FLUSHALL");
        }
        awaitAll("FLUSHALL");
    }

    @Test
    void afterARestartWithoutData() throws IOException {
        server.kill();
        server.restart();
        awaitAll("empty restart");
    }

    @Test
    void afterKeysWereEvictedAndARebuildWasAskedFor() throws IOException {
        try (RawRedis raw = new RawRedis(server.port())) {
            raw.delete(keys.subList(5000, 6000));
        }
        Rebuild rebuild =
                new Rebuild(admin, outcomes.settings().topics(), new RedisResultWriter(redis, Clock.systemUTC()));

        assertThat(rebuild.begin()).anyMatch(partition -> partition.left() > 0);

        awaitAll("1,000 evicted keys");
        await().atMost(LIMIT)
                .until(() -> rebuild.progress().stream()
                        .allMatch(partition -> partition.until().isEmpty()));
    }

    @Test
    void afterAnotherRedisTookTheFirstOnesPlace() throws IOException {
        EmbeddedRedis other = redisIn("other");
        EmbeddedRedis first = server;
        proxy.forwardTo(other.port());
        proxy.cut();
        proxy.pass();
        server = other;
        first.close();
        awaitAll("another Redis");
    }

    private void awaitAll(String loss) throws IOException {
        long began = System.nanoTime();
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> results() == RESULTS);
        log.info("{}: {} results back after {} ms", loss, RESULTS, (System.nanoTime() - began) / 1_000_000);
        try (RawRedis raw = new RawRedis(server.port())) {
            assertThat(raw.keys("*{o*}[rl]:*")).isEqualTo(keys);
            assertThat(raw.fingerprint(keys)).isEqualTo(fingerprint);
        }
    }

    /** How many results there are, as soon as all of them can be there. */
    private int results() throws IOException {
        try (RawRedis raw = new RawRedis(server.port())) {
            int present = Integer.parseInt(raw.command("DBSIZE"));
            return present < RESULTS ? present : raw.keys("*{o*}r:*").size();
        }
    }

    private EmbeddedRedis redisIn(String name) {
        return EmbeddedRedis.in(folder.resolve(name)).with("appendonly", "no").start();
    }
}
