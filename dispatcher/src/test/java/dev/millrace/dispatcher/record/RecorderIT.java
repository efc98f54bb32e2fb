package dev.millrace.dispatcher.record;

import static dev.millrace.dispatcher.wait.Samples.failed;
import static dev.millrace.dispatcher.wait.Samples.heading;
import static dev.millrace.dispatcher.wait.Samples.pack;
import static dev.millrace.dispatcher.wait.Samples.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.dispatcher.wait.Samples;
import dev.millrace.embedded.EmbeddedRedis;
import dev.millrace.redis.Lookup;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisResultReader;
import dev.millrace.redis.RedisResultWriter;
import dev.millrace.redis.RedisSettings;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.ResultReader;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorders on a real Kafka and a Redis of their own, which loses, forgets and stops. */
@RealBackends
class RecorderIT {

    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final Duration SOON = Duration.ofSeconds(30);

    /** Lanes whose outcomes lie in different partitions of the log. */
    private static final int LANES = 6;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final OutcomeLog log;

    @TempDir
    private Path directory;

    private EmbeddedRedis server;
    private Redis redis;
    private ResultReader results;

    @SuppressWarnings("NullAway.Init") // JUnit calls startRedis.
    RecorderIT(KafkaSpace space) {
        log = new OutcomeLog(space, "recorder" + TESTS.incrementAndGet());
    }

    @BeforeEach
    void startRedis() {
        // No file that is appended to: what a restart brings back is what SAVE wrote.
        server = EmbeddedRedis.in(directory).with("appendonly", "no").start();
        redis = new Redis(RedisSettings.of(server.uri().toString()));
        results = new RedisResultReader(redis, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        log.close();
        redis.close();
        server.close();
    }

    @Test
    void whatIsInTheLogBecomesReadable() {
        log.append(succeeded(1, "hello\n"), failed(2, 1, ""));
        try (Recorder recorder = recorder()) {
            log.append(succeeded(3, ""));

            awaitFinished(3);
            assertThat(results.find(Samples.address(1))).isInstanceOf(Lookup.Finished.class);
            assertThat(results.find(Samples.address(2))).isInstanceOf(Lookup.Finished.class);
            assertThat(results.log(Samples.address(1), 1)).hasValue("hello\n".getBytes(StandardCharsets.UTF_8));
            assertThat(recorder.isAlive()).isTrue();
            assertThat(count("millrace.recorder.recorded")).isEqualTo(3);
        }
    }

    @Test
    void aRecorderGoesOnWhereTheOneBeforeStopped() {
        try (Recorder first = recorder()) {
            log.append(succeeded(1, ""));
            awaitFinished(1);
            assertThat(first.isAlive()).isTrue();
        }
        log.append(succeeded(2, ""));
        double before = count("millrace.recorder.recorded");
        try (Recorder second = recorder()) {
            awaitFinished(2);
            assertThat(second.isAlive()).isTrue();
        }
        assertThat(count("millrace.recorder.recorded") - before).isEqualTo(1);
        assertThat(count("millrace.recorder.rebuilds")).isZero();
    }

    @Test
    void everythingIsBackAfterAFlushUnderLoad() {
        try (Recorder recorder = recorder()) {
            for (int offset = 0; offset < 4000; offset++) {
                OutcomeHeading lane = lane(offset);
                log.send(lane, pack(lane, succeeded(lane, offset, "")));
                if (offset == 2000) {
                    log.flush();
                    awaitFinished(lane(100), 100);
                    command("FLUSHALL");
                }
            }
            log.flush();

            await().atMost(SOON).until(() -> missing(4000) == 0);
            assertThat(recorder.isAlive()).isTrue();
            assertThat(count("millrace.recorder.rebuilds")).isPositive();
        }
    }

    @Test
    void aFlushIsNoticedWhenNothingHappens() {
        try (Recorder recorder = recorder()) {
            log.append(succeeded(1, "hello\n"));
            awaitFinished(1);
            command("FLUSHALL");
            assertThat(results.find(Samples.address(1))).isNotInstanceOf(Lookup.Absent.class);

            awaitFinished(1);
            assertThat(results.log(Samples.address(1), 1)).isPresent();
            assertThat(recorder.isAlive()).isTrue();
        }
    }

    @Test
    void anOlderCopyOfRedisIsBroughtUpToDate() {
        try (Recorder recorder = recorder()) {
            log.append(succeeded(1, ""));
            awaitFinished(1);
            command("SAVE");
            log.append(succeeded(2, ""));
            awaitFinished(2);
            server.kill();
            server.restart();

            await().atMost(SOON)
                    .ignoreException(RedisUnavailableException.class)
                    .until(() -> isFinished(2));
            assertThat(isFinished(1)).isTrue();
            assertThat(recorder.isAlive()).isTrue();
            assertThat(count("millrace.recorder.rebuilds")).isEqualTo(1);
        }
    }

    @Test
    void whatEndsWhileRedisIsAwayIsRecordedWhenItIsBack() {
        try (Recorder recorder = recorder()) {
            log.append(succeeded(1, ""));
            awaitFinished(1);
            command("SAVE");
            server.stop();
            for (int offset = 2; offset < 500; offset++) {
                log.send(Samples.HEADING, pack(Samples.HEADING, succeeded(offset, "")));
            }
            log.flush();
            assertThat(recorder.isAlive()).isTrue();
            server.restart();

            await().atMost(SOON)
                    .ignoreException(RedisUnavailableException.class)
                    .until(() -> isFinished(499));
            for (int offset = 1; offset < 500; offset++) {
                assertThat(isFinished(offset)).isTrue();
            }
        }
    }

    @Test
    void recordersShareTheLogAndTakeOverFromEachOther() {
        int sent = 0;
        try (Recorder first = recorder()) {
            sent = send(sent, 500);
            try (Recorder second = recorder()) {
                sent = send(sent, 1000);
                assertThat(second.isAlive()).isTrue();
            }
            sent = send(sent, 1500);
            assertThat(first.isAlive()).isTrue();
        }
        try (Recorder third = recorder()) {
            sent = send(sent, 2000);
            int all = sent;
            await().atMost(SOON).until(() -> missing(all) == 0);
            assertThat(third.isAlive()).isTrue();
        }
        assertThat(count("millrace.recorder.rebuilds")).isZero();
    }

    @Test
    void aRecordThatIsNoOutcomeIsSkippedAndItsNeighboursAreRecorded() {
        log.append(succeeded(1, ""));
        log.send(Samples.HEADING, "not an outcome".getBytes(StandardCharsets.UTF_8));
        log.append(succeeded(2, ""));
        try (Recorder recorder = recorder()) {
            awaitFinished(2);
            assertThat(isFinished(1)).isTrue();
            assertThat(recorder.isAlive()).isTrue();
            assertThat(count("millrace.recorder.malformed")).isEqualTo(1);
        }
    }

    private Recorder recorder() {
        return new Recorder(log.settings(), new RedisResultWriter(redis, Clock.systemUTC()), meters);
    }

    private int send(int from, int to) {
        for (int offset = from; offset < to; offset++) {
            OutcomeHeading lane = lane(offset);
            log.send(lane, pack(lane, succeeded(lane, offset, "")));
        }
        log.flush();
        awaitFinished(lane(to - 1), to - 1);
        return to;
    }

    private void awaitFinished(long offset) {
        awaitFinished(Samples.HEADING, offset);
    }

    private void awaitFinished(OutcomeHeading lane, long offset) {
        await().atMost(SOON).until(() -> results.find(address(lane, offset)) instanceof Lookup.Finished);
    }

    private boolean isFinished(long offset) {
        return results.find(address(Samples.HEADING, offset)) instanceof Lookup.Finished;
    }

    private int missing(int sent) {
        int missing = 0;
        for (int offset = 0; offset < sent; offset++) {
            if (!(results.find(address(lane(offset), offset)) instanceof Lookup.Finished)) {
                missing++;
            }
        }
        return missing;
    }

    private static OutcomeHeading lane(int offset) {
        return heading(17, offset % LANES);
    }

    private static EventAddress address(OutcomeHeading lane, long offset) {
        return new EventAddress(lane.trigger(), lane.partition(), offset);
    }

    private double count(String name) {
        return meters.find(name).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private void command(String name) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write((name + "\r\n").getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(3), StandardCharsets.US_ASCII);
            assertThat(answer).isEqualTo("+OK");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
