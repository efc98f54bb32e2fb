package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Worker processes that die, on a real Kafka and a real Redis, judged by the outcome log and by what their handlers noted. */
@RealBackends
class TakeoverIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final List<WorkerProcess> processes = new ArrayList<>();
    private Fleet fleet;
    private Ledger ledger;
    private TriggerDefinition work;

    @BeforeEach
    void open(KafkaSpace kafka, RedisSpace redis, @TempDir Path directory) {
        // A space for each test: what one leaves open must not be taken over by the workers of the next.
        String own = UUID.randomUUID().toString().substring(0, 8);
        fleet = new Fleet(
                new KafkaSpace(kafka.bootstrapServers(), kafka.prefix() + own + "."), redis.within(own), directory);
        ledger = new Ledger(directory.resolve("ledger"));
        work = fleet.define(Fleet.withTimeouts(
                Fleet.spec("work", RuntimeKind.JAVA, "-"), Duration.ofMinutes(2), Duration.ofSeconds(30)));
    }

    @AfterEach
    void close() throws InterruptedException {
        processes.forEach(WorkerProcess::close);
        fleet.close();
    }

    @Test
    void whatAKilledWorkerRanIsRunAgainByTheOthers() throws Exception {
        WorkerProcess doomed = start("doomed");
        start("heir");
        List<EventAddress> events = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            events.add(publish("long-" + i, 3_000));
        }
        await().atMost(PATIENCE).until(() -> ledger.begins() == 40);
        List<String> orphans = ledger.lines().stream()
                .filter(line -> line.worker().equals("doomed"))
                .map(Ledger.Line::id)
                .toList();
        assertThat(orphans).isNotEmpty();

        doomed.kill();

        await().atMost(PATIENCE).until(() -> ledger.begins() == 40 + orphans.size());
        for (EventAddress event : events) {
            assertThat(fleet.outcome(event).status()).isEqualTo(Status.SUCCEEDED);
        }
        assertThat(ledger.begins()).isEqualTo(40 + orphans.size());
    }

    @Test
    void whatEndedBeforeTheCrashIsNotRunAgainAlthoughItWasNotCommitted() throws Exception {
        WorkerProcess doomed = start("doomed", "-Dmillrace.crash-point=after-outcome-before-commit");
        EventAddress event = publish("once", 0);
        doomed.awaitEnd();
        assertThat(ledger.begins("once")).hasSize(1);

        start("heir");
        EventAddress next = publish("next", 0);
        assertThat(fleet.outcome(next).status()).isEqualTo(Status.SUCCEEDED);
        await().atMost(PATIENCE).until(() -> committed(event) > event.offset());

        assertThat(fleet.outcome(event).status()).isEqualTo(Status.SUCCEEDED);
        assertThat(fleet.outcomes(event)).hasSize(1);
        assertThat(ledger.begins("once")).hasSize(1);
    }

    @Test
    void aThousandThatEndedBeforeTheCrashAreNotRunAgain() throws Exception {
        start("doomed", "-Dmillrace.crash-point=after-outcome-before-commit:40");
        List<EventAddress> events = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            events.add(publish("n" + i, 0));
        }
        start("heir");
        for (EventAddress event : events) {
            assertThat(fleet.outcome(event).status()).isEqualTo(Status.SUCCEEDED);
            assertThat(fleet.outcomes(event)).hasSize(1);
        }
    }

    @Test
    void anEventThatKilledThreeWorkersIsNotRunByAFourth() throws Exception {
        EventAddress poison = fleet.publish(work, "{\"id\":\"poison\",\"millis\":0,\"die\":true}");
        EventAddress neighbour = publish("neighbour", 500);
        for (int life = 1; life <= 3; life++) {
            start("w" + life).awaitEnd();
            assertThat(ledger.begins("poison")).hasSize(life);
        }
        start("w4");

        Outcome buried = fleet.outcome(poison);
        assertThat(buried.status()).isEqualTo(Status.FAILED);
        assertThat(buried.error())
                .isNotNull()
                .satisfies(error -> assertThat(error.type()).isEqualTo("WORKER_CRASHED"));
        assertThat(ledger.begins("poison")).hasSize(3);
        assertThat(fleet.outcome(neighbour).status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aWorkerThatWasStoppedAndWakesUpNeitherRunsOnNorTells() throws Exception {
        WorkerProcess zombie = start("zombie");
        EventAddress event = publish("shared", 12_000);
        await().atMost(PATIENCE).until(() -> ledger.begins() == 1);
        start("heir");

        zombie.signal("STOP");
        await().atMost(PATIENCE).until(() -> ledger.begins("shared").size() == 2);
        zombie.signal("CONT");

        assertThat(fleet.outcome(event).attempts().getLast().worker()).isEqualTo("heir");
        EventAddress next = publish("next", 0);
        assertThat(fleet.outcome(next).status()).isEqualTo(Status.SUCCEEDED);
        assertThat(fleet.outcomes(event)).hasSize(1);
        assertThat(ledger.lines())
                .filteredOn(line -> line.what().equals("end") && line.id().equals("shared"))
                .extracting(Ledger.Line::worker)
                .containsExactly("heir");
    }

    @Test
    void aStopThatNobodyNoticedCostsNothing() throws Exception {
        WorkerProcess only = start("only");
        EventAddress event = publish("held", 3_000);
        await().atMost(PATIENCE).until(() -> ledger.begins() == 1);

        only.signal("STOP");
        long until = System.nanoTime() + Duration.ofMillis(2_500).toNanos();
        await().atMost(PATIENCE).until(() -> System.nanoTime() > until);
        only.signal("CONT");

        assertThat(fleet.outcome(event).status()).isEqualTo(Status.SUCCEEDED);
        assertThat(fleet.outcomes(event)).hasSize(1);
        assertThat(ledger.begins("held")).hasSize(1);
    }

    private long committed(EventAddress event) throws Exception {
        TopicPartition partition = new TopicPartition(fleet.kafka.topics().trigger(event.trigger()), event.partition());
        try (Admin admin = Admin.create(fleet.kafka.admin("test"))) {
            OffsetAndMetadata commit = admin.listConsumerGroupOffsets(fleet.kafka.workersGroup())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(partition);
            return commit == null ? -1 : commit.offset();
        }
    }

    private WorkerProcess start(String name, String... options) throws Exception {
        WorkerProcess started = new WorkerProcess(fleet, name, ledger.file(), options);
        processes.add(started);
        return started;
    }

    private EventAddress publish(String id, long millis) {
        return fleet.publish(work, "{\"id\":\"" + id + "\",\"millis\":" + millis + "}");
    }
}
