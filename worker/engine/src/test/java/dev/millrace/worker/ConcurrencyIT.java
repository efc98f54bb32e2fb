package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.embedded.EmbeddedRedis;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Limits over worker processes that come, go, are killed and paused, and lose their Redis: by the starts and ends in the
 * outcome log there are never more runs than the limit allows, and as many when there is work.
 */
@RealBackends
@Execution(ExecutionMode.CONCURRENT) // Each test has topics and keys of its own.
@Timeout(180) // Up to eight processes start and join.
class ConcurrencyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private Path directory;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private KafkaSpace kafka;
    private RedisSpace redis;
    private String functions = "work";

    @BeforeEach
    void space(KafkaSpace ofClass, RedisSpace redisOfClass) {
        // What one test leaves open must not be taken over by the workers of the next.
        String own = UUID.randomUUID().toString().substring(0, 8);
        kafka = new KafkaSpace(ofClass.bootstrapServers(), ofClass.prefix() + own + ".");
        redis = new RedisSpace(redisOfClass.uri(), redisOfClass.prefix() + own + ":");
    }

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @Test
    void eightWorkersTogetherRunAsManyAsTheLimitsAllowAndNeverMore() throws Exception {
        Fleet fleet = fleet(redis);
        Map<Integer, List<EventAddress>> events = new TreeMap<>();
        Map.of(1, 30, 2, 60, 3, 90, 300, 700).forEach((limit, count) -> {
            TriggerDefinition trigger = fleet.define(limited("f" + limit, limit));
            events.put(limit, publish(fleet, trigger, count, limit == 300 ? 2_500 : 40));
        });
        functions = "f1,f2,f3,f300";
        startTogether(fleet, 8);
        events.forEach((limit, of) ->
                assertThat(Trace.of(fleet, of).most()).as("limit %s", limit).isEqualTo(limit));
    }

    @Test
    void aLimitThatIsLoweredDrainsAndOneThatIsRaisedIsUsed() throws Exception {
        Fleet fleet = fleet(redis);
        TriggerDefinition work = fleet.define(limited("work", 6));
        Ledger ledger = start(fleet, "a");
        start(fleet, "b");
        List<EventAddress> events = new ArrayList<>(publish(fleet, work, 100, 300));
        await().atMost(PATIENCE).until(() -> ledger.begins() >= 12);

        fleet.define(limited("work", 2));
        await().atMost(PATIENCE).until(() -> running(ledger) <= 2);
        Thread.sleep(300); // An end is in the ledger a moment before it is in the log.
        long lowered = System.currentTimeMillis();
        long begun = ledger.begins();
        await().atMost(PATIENCE).until(() -> ledger.begins() >= begun + 6);
        long raised = System.currentTimeMillis();
        fleet.define(limited("work", 9));
        events.addAll(publish(fleet, work, 60, 300));

        Trace trace = Trace.of(fleet, events);
        assertThat(trace.mostBetween(0, lowered)).isEqualTo(6);
        assertThat(trace.mostBetween(lowered, raised)).isEqualTo(2);
        assertThat(trace.most()).isEqualTo(9);
    }

    @Test
    void aPausedFunctionWaitsAndGoesOn() throws Exception {
        Fleet fleet = fleet(redis);
        TriggerDefinition work = fleet.define(limited("work", 0));
        Ledger ledger = start(fleet, "a");
        List<EventAddress> events = publish(fleet, work, 3, 0);
        await().during(Duration.ofMillis(500)).atMost(PATIENCE).until(() -> ledger.begins() == 0);

        fleet.define(limited("work", 1));
        assertThat(Trace.of(fleet, events).most()).isEqualTo(1);
    }

    @Test
    void whileRedisIsAwayWorkGoesOnWithWhatWasGranted() throws Exception {
        EmbeddedRedis own = EmbeddedRedis.in(directory.resolve("redis")).start();
        open.push(own);
        Fleet fleet = fleet(new RedisSpace(own.uri(), redis.prefix()));
        TriggerDefinition work = fleet.define(limited("work", 3));
        Ledger ledger = start(fleet, "a");
        start(fleet, "b");
        List<EventAddress> events = new ArrayList<>(publish(fleet, work, 300, 100));
        await().atMost(PATIENCE).until(() -> ledger.begins() >= 30);

        own.kill();
        long gone = ledger.begins();
        await().atMost(PATIENCE).until(() -> ledger.begins() >= gone + 100);
        own.restart();

        assertThat(Trace.of(fleet, events).most()).isEqualTo(3);
    }

    @Test
    void aRedisThatForgetsEverythingLendsNothingTwice() throws Exception {
        EmbeddedRedis own = EmbeddedRedis.in(directory.resolve("redis"))
                .with("appendonly", "no")
                .with("save", "")
                .start();
        open.push(own);
        Fleet fleet = fleet(new RedisSpace(own.uri(), redis.prefix()));
        TriggerDefinition work = fleet.define(limited("work", 3));
        Ledger ledger = start(fleet, "a");
        start(fleet, "b");
        start(fleet, "c");
        List<EventAddress> events = new ArrayList<>(publish(fleet, work, 200, 60));
        for (int emptied = 1; emptied <= 3; emptied++) {
            long seen = ledger.begins();
            await().atMost(PATIENCE).until(() -> ledger.begins() >= seen + 30);
            own.kill();
            own.restart();
        }
        assertThat(Trace.of(fleet, events).most()).isEqualTo(3);
    }

    @Test
    void whatAKilledWorkerHeldIsUsedByTheOthers() throws Exception {
        Fleet fleet = fleet(redis);
        TriggerDefinition work = fleet.define(limited("work", 2));
        Ledger ledger = new Ledger(directory.resolve("ledger"));
        WorkerProcess doomed = process(fleet, "doomed");
        List<EventAddress> events = new ArrayList<>(publish(fleet, work, 60, 500));
        await().atMost(PATIENCE).until(() -> ledger.begins() >= 2);
        start(fleet, "heir");
        await().atMost(PATIENCE)
                .until(() ->
                        ledger.lines().stream().anyMatch(line -> line.worker().equals("heir")));

        doomed.kill();
        long killed = System.currentTimeMillis();

        Trace trace = Trace.of(fleet, events);
        assertThat(trace.most()).isEqualTo(2);
        assertThat(trace.mostBetween(killed, Long.MAX_VALUE)).isEqualTo(2);
    }

    @Test
    void aWorkerThatSleptThroughItsLeaseRunsNothingByIt() throws Exception {
        Fleet fleet = fleet(redis);
        TriggerDefinition work = fleet.define(limited("work", 2));
        Ledger ledger = new Ledger(directory.resolve("ledger"));
        WorkerProcess sleeper = process(fleet, "sleeper");
        start(fleet, "other");
        List<EventAddress> events = new ArrayList<>(publish(fleet, work, 150, 200));
        await().atMost(PATIENCE).until(() -> ledger.begins() >= 6);

        sleeper.signal("STOP");
        // Its lease has ended when another runs by both permits.
        await().atMost(PATIENCE).until(() -> bothRunBy(ledger, "other"));
        sleeper.signal("CONT");

        assertThat(Trace.of(fleet, events).most()).isEqualTo(2);
    }

    private static long running(Ledger ledger) {
        return ledger.lines().stream()
                .mapToInt(line -> line.what().equals("begin") ? 1 : -1)
                .sum();
    }

    private static boolean bothRunBy(Ledger ledger, String worker) {
        List<Ledger.Line> lines = ledger.lines().stream()
                .filter(line -> line.worker().equals(worker))
                .toList();
        int now = 0;
        for (Ledger.Line line : lines) {
            now += line.what().equals("begin") ? 1 : -1;
            if (now == 2 && line.at() > lines.getLast().at() - 1_000) {
                return true;
            }
        }
        return false;
    }

    private Fleet fleet(RedisSpace store) {
        Fleet fleet = new Fleet(kafka, store, directory);
        open.push(fleet::close);
        return fleet;
    }

    private static FunctionSpec limited(String name, int limit) {
        return Fleet.withConcurrency(
                Fleet.withTimeouts(
                        Fleet.spec(name, RuntimeKind.JAVA, "-"), Duration.ofMinutes(1), Duration.ofSeconds(30)),
                limit);
    }

    private static List<EventAddress> publish(Fleet fleet, TriggerDefinition trigger, int count, long millis) {
        return fleet.publishAll(
                trigger,
                IntStream.range(0, count)
                        .mapToObj(i -> "{\"id\":\"" + trigger.number() + "-" + i + "\",\"millis\":" + millis + "}"));
    }

    /** Starts a worker; what all of them note. */
    private Ledger start(Fleet fleet, String name) throws Exception {
        WorkerProcess ignored = process(fleet, name);
        return new Ledger(directory.resolve("ledger"));
    }

    private void startTogether(Fleet fleet, int count) throws Exception {
        List<FutureTask<WorkerProcess>> starts = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String name = "w" + i;
            starts.add(new FutureTask<>(() -> launch(fleet, name)));
            Thread.ofVirtual().start(starts.getLast());
        }
        for (FutureTask<WorkerProcess> start : starts) {
            open.push(start.get());
        }
    }

    private WorkerProcess process(Fleet fleet, String name) throws Exception {
        WorkerProcess started = launch(fleet, name);
        open.push(started);
        return started;
    }

    private WorkerProcess launch(Fleet fleet, String name) throws IOException {
        return new WorkerProcess(fleet, name, directory.resolve("ledger"), "-Dfunctions=" + functions);
    }
}
