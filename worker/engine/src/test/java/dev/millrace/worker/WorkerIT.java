package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.program.Health;
import dev.millrace.redis.QueueGauges;
import dev.millrace.redis.Redis;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole worker on a real Kafka and a real Redis, judged by the outcome log. */
@RealBackends
class WorkerIT {

    private Fleet fleet;

    @BeforeEach
    void open(KafkaSpace kafka, RedisSpace redis, @TempDir Path directory) {
        fleet = new Fleet(kafka, redis, directory);
    }

    @AfterEach
    void close() throws InterruptedException {
        fleet.close();
    }

    @Test
    void handlersOfAnEmbeddingProgram() throws Exception {
        TriggerDefinition charge = fleet.define(Fleet.spec("charge", RuntimeKind.JAVA, "-"));
        Worker worker = fleet.start(fleet.worker("w-embedded").handler("charge", Map.class, (order, context) -> {
            context.log("charging " + order.get("id"));
            if (order.containsKey("fail")) {
                throw new IllegalStateException("no money");
            }
            return Map.of("paid", order.get("id"));
        }));
        assertThat(worker.state()).isEqualTo(Health.OK);

        Outcome paid = fleet.outcome(fleet.publish(charge, "{\"id\":\"o-1\"}"));
        assertThat(paid.status()).isEqualTo(Status.SUCCEEDED);
        assertThat(text(paid.result())).isEqualTo("{\"paid\":\"o-1\"}");
        assertThat(text(paid.log())).isEqualTo("charging o-1\n");
        assertThat(paid.attempts())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.worker()).isEqualTo("w-embedded"));

        Outcome failed = fleet.outcome(fleet.publish(charge, "{\"id\":\"o-2\",\"fail\":1}"));
        assertThat(failed.status()).isEqualTo(Status.FAILED);
        assertThat(failed.attempts()).hasSize(1);
        assertThat(errorOf(failed).code()).isEqualTo(430);
    }

    @Test
    void eventsOfAPausedTriggerWaitUntilItGoesOn() throws Exception {
        TriggerDefinition resting = fleet.define(Fleet.spec("resting", RuntimeKind.JAVA, "-"));
        fleet.start(fleet.worker("w-resting").handler("resting", Integer.class, (number, context) -> number + 1));
        fleet.outcome(fleet.publish(resting, "1"));
        String topic = fleet.kafka.topics().trigger(resting.number());

        fleet.pause(resting, true);
        List<EventAddress> waiting = new ArrayList<>();
        try (Redis redis = new Redis(fleet.redis)) {
            QueueGauges gauges = new QueueGauges(redis, Clock.systemUTC());
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                waiting.add(fleet.publish(resting, "2"));
                return gauges.of(topic).values().stream().anyMatch(gauge -> "paused".equals(gauge.waitingFor()));
            });
        }

        assertThat(fleet.hasEnded(waiting.getLast())).isFalse();
        fleet.pause(resting, false);
        for (EventAddress event : waiting) {
            assertThat(fleet.outcome(event).status()).isEqualTo(Status.SUCCEEDED);
        }
    }

    @Test
    void aCancelledEventIsNotRunAndACancelledRunIsEnded() throws Exception {
        TriggerDefinition slow = fleet.deploy(
                Fleet.withTimeouts(
                        Fleet.spec("slow", RuntimeKind.PYTHON3, "index.main_handler"),
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(30)),
                "index.py",
                """
                import signal, time
                class Told(Exception): pass
                def told(number, frame): raise Told()
                def main_handler(event, context):
                    print("begins", flush=True)
                    if event.get("deaf"): signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    if event.get("polite"): signal.signal(signal.SIGTERM, told)
                    try:
                        time.sleep(event.get("seconds", 0))
                    except Told:
                        print("tidies up")
                    return "done"
                """);
        TriggerDefinition here = fleet.define(Fleet.spec("here", RuntimeKind.JAVA, "-"));
        CountDownLatch begun = new CountDownLatch(1);
        fleet.pause(slow, true);
        EventAddress waiting = fleet.publish(slow, "{}");
        fleet.cancel(waiting, false);
        fleet.start(fleet.worker("w-cancel").handler("here", Integer.class, (number, context) -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return 0;
        }));
        EventAddress running = fleet.publish(here, "1");
        begun.await();
        fleet.cancel(running, false);
        // Its wish came later: once it has ended, the earlier one has been heard as well.
        Outcome interrupted = fleet.outcome(running);
        fleet.pause(slow, false);

        Outcome notRun = fleet.outcome(waiting);
        assertThat(notRun.status()).isEqualTo(Status.CANCELLED);
        assertThat(notRun.attempts()).isEmpty();
        assertThat(interrupted.status()).isEqualTo(Status.CANCELLED);
        assertThat(interrupted.attempts()).hasSize(1);

        EventAddress ordinary = fleet.publish(slow, "{\"seconds\":35}");
        EventAddress deaf = fleet.publish(slow, "{\"seconds\":35,\"deaf\":true}");
        EventAddress polite = fleet.publish(slow, "{\"seconds\":35,\"polite\":true}");
        fleet.awaitRunning(ordinary, deaf, polite);
        fleet.cancel(ordinary, false);
        fleet.cancel(deaf, false);
        fleet.cancel(polite, true);

        for (EventAddress event : List.of(ordinary, deaf, polite)) {
            Outcome cancelled = fleet.outcome(event);
            assertThat(cancelled.status()).isEqualTo(Status.CANCELLED);
            assertThat(cancelled.attempts()).hasSize(1);
            assertThat(errorOf(cancelled).code()).isEqualTo(499);
            assertThat(text(cancelled.log())).contains("begins");
        }
        assertThat(text(fleet.outcome(polite).log())).contains("tidies up");
        assertThat(fleet.outcome(fleet.publish(slow, "{}")).status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void whatWaitsForADeletedTriggerEndsAsDead() throws Exception {
        TriggerDefinition going = fleet.define(Fleet.spec("going", RuntimeKind.JAVA, "-"));
        List<EventAddress> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(fleet.publish(going, "1"));
        }
        fleet.remove(going);
        fleet.define(Fleet.spec("staying", RuntimeKind.JAVA, "-"));
        fleet.start(fleet.worker("w-going").handler("staying", Integer.class, (number, context) -> number));

        for (EventAddress event : waiting) {
            Outcome ended = fleet.outcome(event);
            assertThat(ended.status()).isEqualTo(Status.DEAD);
            assertThat(errorOf(ended).text()).contains("deleted");
        }
    }

    @Test
    void garbageEndsAsDeadAndItsNeighboursRun() throws Exception {
        TriggerDefinition count = fleet.define(Fleet.spec("count", RuntimeKind.JAVA, "-"));
        fleet.start(fleet.worker("w-garbage").handler("count", Integer.class, (number, context) -> number + 1));
        List<EventAddress> good = new ArrayList<>();
        List<EventAddress> bad = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            good.add(fleet.publish(count, Integer.toString(i)));
            bad.add(fleet.publish(count, "{\"broken\":"));
        }
        for (EventAddress event : good) {
            assertThat(fleet.outcome(event).status()).isEqualTo(Status.SUCCEEDED);
        }
        for (EventAddress event : bad) {
            assertThat(fleet.outcome(event).status()).isEqualTo(Status.DEAD);
            assertThat(errorOf(fleet.outcome(event)).type()).isEqualTo("EventUnreadable");
        }
    }

    @Test
    void everyEndOfAPythonFunction() throws Exception {
        FunctionSpec spec = Fleet.withTimeouts(
                Fleet.spec("ends", RuntimeKind.PYTHON3, "index.main_handler"),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30));
        TriggerDefinition ends = fleet.deploy(spec, "index.py", """
                import os, time
                print("loading")
                def main_handler(event, context):
                    print("asked to", event["do"], context["request_id"])
                    if event["do"] == "raise": raise ValueError("as told")
                    if event["do"] == "exit": os._exit(7)
                    if event["do"] == "sleep": time.sleep(60)
                    if event["do"] == "bad": return open("/dev/null")
                    if event["do"] == "large": return "x" * (7 * 1024 * 1024)
                    return {"did": event["do"]}
                """);
        TriggerDefinition broken = fleet.deploy(
                Fleet.spec("broken", RuntimeKind.PYTHON3, "index.main_handler"), "index.py", "def main_handler(:\n");
        TriggerDefinition absent =
                fleet.deploy(Fleet.spec("absent", RuntimeKind.PYTHON3, "index.nobody"), "index.py", "x = 1\n");
        TriggerDefinition slow = fleet.deploy(
                Fleet.withTimeouts(
                        Fleet.spec("slow-start", RuntimeKind.PYTHON3, "index.main_handler"),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(3)),
                "index.py",
                "import time\ntime.sleep(30)\n");
        fleet.start(fleet.worker("w-python"));

        Outcome returned = fleet.outcome(fleet.publish(ends, "{\"do\":\"return\"}"));
        assertThat(text(returned.result())).isEqualTo("{\"did\": \"return\"}");
        assertThat(text(returned.log())).startsWith("loading\nasked to return ");
        assertThat(returned.attempts().getFirst().coldStart()).isNotNull();
        assertThat(returned.attempts().getFirst().memoryBytes()).isPositive();

        assertThat(codeOf(ends, "raise")).isEqualTo(430);
        assertThat(codeOf(ends, "exit")).isEqualTo(439);
        assertThat(codeOf(ends, "sleep")).isEqualTo(433);
        assertThat(codeOf(ends, "bad")).isEqualTo(430);
        assertThat(codeOf(ends, "large")).isEqualTo(407);
        assertThat(codeOf(broken, "load")).isEqualTo(443);
        assertThat(codeOf(absent, "load")).isEqualTo(437);
        assertThat(codeOf(slow, "load")).isEqualTo(450);
        assertThat(fleet.outcome(fleet.publish(ends, "not json")).status()).isEqualTo(Status.DEAD);
        assertThat(fleet.outcome(fleet.publish(ends, "{\"do\":\"return\"}")).status())
                .isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aNodeFunctionAndARuntimeThatIsNotBuilt() throws Exception {
        TriggerDefinition node = fleet.deploy(
                Fleet.spec("add", RuntimeKind.NODEJS, "index.main_handler"),
                "index.js",
                "exports.main_handler = async (event, context) => { if (event.boom) throw new TypeError('boom');"
                        + " console.log('adding'); return {sum: event.a + event.b}; }");
        TriggerDefinition web = fleet.deploy(Fleet.spec("site", RuntimeKind.WEB, "-"), "scf_bootstrap", "#!/bin/sh\n");
        fleet.start(fleet.worker("w-node"));

        Outcome sum = fleet.outcome(fleet.publish(node, "{\"a\":1,\"b\":2}"));
        assertThat(text(sum.result())).isEqualTo("{\"sum\":3}");
        assertThat(text(sum.log())).contains("adding");
        Outcome raised = fleet.outcome(fleet.publish(node, "{\"boom\":1}"));
        assertThat(errorOf(raised).type()).isEqualTo("TypeError");
        assertThat(errorOf(raised).text()).isEqualTo("boom");

        Outcome notBuilt = fleet.outcome(fleet.publish(web, "{}"));
        assertThat(notBuilt.status()).isEqualTo(Status.DEAD);
        assertThat(errorOf(notBuilt).text()).contains("not built yet");
    }

    @Test
    void aDedupKeyRunsOnce() throws Exception {
        TriggerDefinition tick = fleet.define(Fleet.spec("tick", RuntimeKind.JAVA, "-"));
        AtomicInteger runs = new AtomicInteger();
        fleet.start(fleet.worker("w-dedup").handler("tick", Object.class, (event, context) -> runs.incrementAndGet()));
        EventHeader header = EventHeader.accepted(System.currentTimeMillis()).withDedupKey("5@10:00");
        List<Status> ends = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ends.add(fleet.outcome(fleet.publish(tick, header, "{}")).status());
        }
        assertThat(ends).containsExactly(Status.SUCCEEDED, Status.DUPLICATE, Status.DUPLICATE);
        assertThat(runs).hasValue(1);
    }

    @Test
    void aSlowRunHoldsUpNobody() throws Exception {
        Duration patient = Duration.ofSeconds(60);
        TriggerDefinition mixed =
                fleet.define(Fleet.withTimeouts(Fleet.spec("mixed", RuntimeKind.JAVA, "-"), patient, patient));
        CountDownLatch release = new CountDownLatch(1);
        fleet.start(fleet.worker("w-mixed").handler("mixed", Integer.class, (number, context) -> {
            if (number % 100 == 50) {
                release.await();
            }
            return number;
        }));
        List<EventAddress> fast = new ArrayList<>();
        List<EventAddress> slow = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            (i % 100 == 50 ? slow : fast).add(fleet.publish(mixed, Integer.toString(i)));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> fast.stream().allMatch(fleet::hasEnded));
        assertThat(slow).noneMatch(fleet::hasEnded);
        release.countDown();
        assertThat(slow)
                .allSatisfy(event -> assertThat(fleet.outcome(event).status()).isEqualTo(Status.SUCCEEDED));
    }

    @Test
    void aWorkerThatStopsUnderLoadRunsNothingTwiceAndLosesNothing() throws Exception {
        TriggerDefinition load = fleet.define(Fleet.spec("load", RuntimeKind.JAVA, "-"));
        Map<Integer, Integer> runs = new ConcurrentHashMap<>();
        Worker first = fleet.start(fleet.worker("w-first").handler("load", Integer.class, (number, context) -> {
            Thread.sleep(number % 10 == 0 ? 30 : 1);
            return runs.merge(number, 1, Integer::sum);
        }));
        Worker second = fleet.start(fleet.worker("w-second").handler("load", Integer.class, (number, context) -> {
            Thread.sleep(number % 10 == 0 ? 30 : 1);
            return runs.merge(number, 1, Integer::sum);
        }));
        List<EventAddress> events =
                new ArrayList<>(fleet.publishAll(load, IntStream.range(0, 1000).mapToObj(Integer::toString)));
        Thread.ofVirtual().start(first::close);
        for (int next = 1000; next < 3000; next += 20) {
            events.addAll(
                    fleet.publishAll(load, IntStream.range(next, next + 20).mapToObj(Integer::toString)));
        }
        assertThat(events)
                .allSatisfy(event -> assertThat(fleet.outcome(event).status()).isEqualTo(Status.SUCCEEDED));
        first.awaitStop();
        assertThat(runs).hasSize(3000);
        assertThat(runs.values()).containsOnly(1);
        assertThat(events).allSatisfy(event -> assertThat(fleet.outcomes(event)).hasSize(1));
        await().until(() -> second.running() == 0);
    }

    private int codeOf(TriggerDefinition trigger, String what) {
        Outcome outcome = fleet.outcome(fleet.publish(trigger, "{\"do\":\"" + what + "\"}"));
        assertThat(outcome.status()).isEqualTo(Status.FAILED);
        return errorOf(outcome).code();
    }

    private static AttemptError errorOf(Outcome outcome) {
        AttemptError error = outcome.error();
        assertThat(error).isNotNull();
        return error;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
