package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Synchronous calls as a worker takes them; the dispatcher is the test's hand. */
@RealBackends
class CallIntakeIT {

    private Fleet fleet;
    private CallClient client;

    @BeforeEach
    void open(KafkaSpace kafka, RedisSpace redis, @TempDir Path directory) {
        fleet = new Fleet(kafka, redis, directory);
        client = new CallClient(fleet);
    }

    @AfterEach
    void close() throws InterruptedException {
        client.close();
        fleet.close();
    }

    @Test
    void aCallIsRunAtOnceAnsweredAndRecorded() throws Exception {
        TriggerDefinition add = fleet.define(Fleet.spec("add", RuntimeKind.JAVA, "-"));
        fleet.start(fleet.worker("w-add").handler("add", Integer.class, (number, context) -> {
            context.log("adding to " + number);
            if (number < 0) {
                throw new IllegalArgumentException("too small");
            }
            return number + 1;
        }));
        CallClient.Reached worker = client.reach("w-add");
        assertThat(worker.worker().handlers()).containsExactly("default/add");

        CallClient.Sent call = client.send(worker, add, "41");
        CallClient.Sent failing = client.send(worker, add, "-1");

        Outcome reply = client.reply(call);
        assertThat(reply.status()).isEqualTo(Status.SUCCEEDED);
        assertThat(text(reply.result())).isEqualTo("42");
        assertThat(text(reply.log())).isEqualTo("adding to 41\n");
        assertThat(client.logged(call)).usingRecursiveComparison().isEqualTo(reply);
        Outcome failed = client.reply(failing);
        assertThat(failed.status()).isEqualTo(Status.FAILED);
        assertThat(error(failed).code()).isEqualTo(430);
        assertThat(fleet.outcomes(failing.address())).hasSize(1);
    }

    @Test
    void withoutAPermitItIsRefusedAtOnceAndNothingRuns() throws Exception {
        TriggerDefinition one = fleet.define(Fleet.withConcurrency(Fleet.spec("one", RuntimeKind.JAVA, "-"), 1));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        fleet.start(fleet.worker("w-one").handler("one", Integer.class, (number, context) -> {
            runs.incrementAndGet();
            begun.countDown();
            release.await();
            return number;
        }));
        CallClient.Reached worker = client.reach("w-one");
        CallClient.Sent first = client.send(worker, one, "1");
        begun.await();

        long asked = System.nanoTime();
        Outcome refused = client.reply(client.send(worker, one, "2"));

        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(2));
        assertThat(error(refused).code()).isEqualTo(432);
        assertThat(refused.attempts()).isEmpty();
        await().until(() -> client.reach("w-one").worker().full().contains("default/one"));
        release.countDown();
        assertThat(client.reply(first).status()).isEqualTo(Status.SUCCEEDED);
        await().until(() -> client.reply(client.send(worker, one, "3")).status() == Status.SUCCEEDED);
        assertThat(runs.get()).isEqualTo(2);
    }

    @Test
    void aRunThatTakesTooLongIsEndedAndItsPermitIsFreeAgain() throws Exception {
        TriggerDefinition slow = fleet.define(Fleet.withTimeouts(
                Fleet.withConcurrency(Fleet.spec("slow", RuntimeKind.JAVA, "-"), 1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5)));
        fleet.start(fleet.worker("w-slow").handler("slow", Boolean.class, (forever, context) -> {
            if (forever) {
                new CountDownLatch(1).await();
            }
            return "x".repeat(forever ? 0 : 7 << 20);
        }));
        CallClient.Reached worker = client.reach("w-slow");

        assertThat(error(client.reply(client.send(worker, slow, "true"))).code())
                .isEqualTo(433);
        // A result that is too large is a failure by name, and gives its permit back as well.
        await().until(() ->
                error(client.reply(client.send(worker, slow, "false"))).code() == 407);
    }

    @Test
    void callsComeBeforeEventsWhenSlotsAreShort() throws Exception {
        TriggerDefinition nap = fleet.deploy(
                Fleet.spec("nap", RuntimeKind.PYTHON3, "index.main_handler"),
                "index.py",
                "import time\ndef main_handler(event, context):\n    time.sleep(event)\n    return event\n");
        WorkerSettings oneSlot =
                WorkerSettings.defaults().named("w-nap").withSlots(1).withDrainTimeout(Duration.ofSeconds(20));
        fleet.start(fleet.worker("w-nap").settings(oneSlot));
        CallClient.Reached worker = client.reach("w-nap");
        client.reply(client.send(worker, nap, "0"));
        List<EventAddress> events = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            events.add(fleet.publish(nap, "0.15"));
        }
        await().until(() -> fleet.hasEnded(events.getFirst()) || events.stream().anyMatch(fleet::hasEnded));

        Outcome reply = client.reply(client.send(worker, nap, "0.05"));

        assertThat(reply.status()).isEqualTo(Status.SUCCEEDED);
        assertThat(events.stream().filter(fleet::hasEnded)).hasSizeLessThan(10);
        assertThat(events)
                .allSatisfy(event -> assertThat(fleet.outcome(event).status()).isEqualTo(Status.SUCCEEDED));
    }

    @Test
    void whatIsAddressedToAnotherLeaseOrComesTooLateIsEndedAndNeverRun() throws Exception {
        TriggerDefinition count = fleet.define(Fleet.spec("count", RuntimeKind.JAVA, "-"));
        AtomicInteger runs = new AtomicInteger();
        fleet.start(
                fleet.worker("w-count").handler("count", Integer.class, (number, context) -> runs.incrementAndGet()));
        CallClient.Reached worker = client.reach("w-count");

        CallClient.Sent foreign = client.send(worker.partition(), 12345, count, "1", Duration.ofSeconds(30));
        CallClient.Sent late =
                client.send(worker.partition(), worker.worker().lease(), count, "1", Duration.ofSeconds(-20));

        assertThat(error(client.reply(foreign)).type()).isEqualTo(AttemptError.WORKER_LOST);
        assertThat(client.logged(foreign).status()).isEqualTo(Status.FAILED);
        assertThat(client.reply(late).status()).isEqualTo(Status.EXPIRED);
        assertThat(runs).hasValue(0);
    }

    @Test
    void whatAWorkerLeftOpenIsEndedByWhoeverHasItsPartitionNext() throws Exception {
        TriggerDefinition left = fleet.define(Fleet.spec("left", RuntimeKind.JAVA, "-"));
        AtomicInteger runs = new AtomicInteger();
        Worker first = fleet.start(
                fleet.worker("w-left-1").handler("left", Integer.class, (number, context) -> runs.incrementAndGet()));
        CallClient.Reached before = client.reach("w-left-1");
        client.reply(client.send(before, left, "1"));
        first.close();
        assertThat(client.workers()).isEmpty();
        CallClient.Sent orphan = client.send(before, left, "2");

        fleet.start(
                fleet.worker("w-left-2").handler("left", Integer.class, (number, context) -> runs.incrementAndGet()));
        CallClient.Reached after = client.reach("w-left-2");

        assertThat(after.partition()).isEqualTo(before.partition());
        assertThat(after.worker().lease()).isNotEqualTo(before.worker().lease());
        assertThat(error(client.reply(orphan)).type()).isEqualTo(AttemptError.WORKER_LOST);
        assertThat(client.logged(orphan).attempts()).isEmpty();
        assertThat(client.reply(client.send(after, left, "3")).status()).isEqualTo(Status.SUCCEEDED);
        assertThat(runs).hasValue(2);
    }

    @Test
    void aWorkerThatStopsEndsWhatItHasTaken() throws Exception {
        TriggerDefinition last = fleet.define(Fleet.spec("last", RuntimeKind.JAVA, "-"));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Worker worker = fleet.start(fleet.worker("w-last").handler("last", Integer.class, (number, context) -> {
            begun.countDown();
            release.await();
            return number;
        }));
        CallClient.Sent call = client.send(client.reach("w-last"), last, "5");
        begun.await();

        Thread stopping = Thread.ofPlatform().start(worker::close);
        await().until(() -> client.workers().values().stream().noneMatch(each -> each.open()));
        release.countDown();
        stopping.join();

        assertThat(text(client.reply(call).result())).isEqualTo("5");
        assertThat(client.logged(call).status()).isEqualTo(Status.SUCCEEDED);
    }

    private static AttemptError error(Outcome outcome) {
        return Objects.requireNonNull(outcome.error(), () -> "it ended as " + outcome.status());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
