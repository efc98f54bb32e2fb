package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events that rest until they are due, while who keeps them dies, stands still or is away: each runs once and none early. */
@RealBackends
@Timeout(150)
class DelaysUnderFaultsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int EVENTS = 40;

    /** Long enough that all rest when the fault comes, and that some rest in a topic and in memory. */
    private static final Duration DELAY = Duration.ofSeconds(6);

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<EventAddress, Rest> resting = new LinkedHashMap<>();

    /** One that waits, by the ID that its handler notes. */
    private record Rest(String id, long due) {}

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    @Test
    void whatAKilledWorkerKeptComesWhenItIsDueFromAnother(KafkaSpace kafka, RedisSpace redis) throws Exception {
        Scene scene = new Scene(kafka, redis);
        WorkerProcess doomed = scene.start("doomed");
        scene.start("heir");
        scene.rest();

        doomed.kill();

        scene.judge();
    }

    @Test
    void whatItsWorkerLeftBehindUncommittedKeepsItsTime(KafkaSpace kafka, RedisSpace redis) throws Exception {
        Scene scene = new Scene(kafka, redis);
        WorkerProcess doomed = scene.start("doomed", "-Dmillrace.crash-point=after-outcome-before-consequence");
        scene.publish();
        doomed.awaitEnd();

        scene.start("heir");

        scene.judge();
    }

    @Test
    void whatASleepingWorkerKeptRunsOnceAlsoAfterItHasWokenUp(KafkaSpace kafka, RedisSpace redis) throws Exception {
        Scene scene = new Scene(kafka, redis);
        WorkerProcess sleeper = scene.start("sleeper");
        scene.start("heir");
        scene.rest();

        sleeper.signal("STOP");
        scene.awaitEnds();
        sleeper.signal("CONT");

        await().atMost(PATIENCE).until(() -> {
            scene.fleet.outcome(scene.fleet.publish(scene.work, "{\"id\":\"awake\",\"millis\":0}"));
            return scene.ledger.begins("awake").stream()
                    .anyMatch(line -> line.worker().equals("sleeper"));
        });
        scene.judge();
    }

    @Test
    void whatRestedWhenTheBrokerWentComesWhenItIsBack(RedisSpace redis) throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.in(directory.resolve("kafka")).start();
        open.add(kafka);
        Scene scene = new Scene(new KafkaSpace(kafka.bootstrapServers(), "gone."), redis.within("gone"));
        scene.start("one");
        scene.rest();

        kafka.kill();
        kafka.restart();

        scene.judge();
    }

    /** An installation whose workers note what they run. */
    private final class Scene {

        private final Fleet fleet;
        private final Ledger ledger = new Ledger(directory.resolve("ledger"));
        private final TriggerDefinition work;

        Scene(KafkaSpace kafka, RedisSpace redis) {
            fleet = new Fleet(kafka, redis, directory);
            open.add(fleet::close);
            work = fleet.define(Fleet.spec("work", RuntimeKind.JAVA, "-"));
        }

        WorkerProcess start(String name, String... options) throws Exception {
            WorkerProcess started = new WorkerProcess(fleet, name, ledger.file(), options);
            open.add(started);
            return started;
        }

        /** Hands events in that are due later. */
        void publish() {
            for (int i = 0; i < EVENTS; i++) {
                long now = System.currentTimeMillis();
                Instant due = Instant.ofEpochMilli(now).plus(DELAY);
                EventHeader header = EventHeader.accepted(now).delayedUntil(due, Duration.ofHours(6));
                String id = "d" + i;
                EventAddress event = fleet.publish(work, header, "{\"id\":\"" + id + "\",\"millis\":0}");
                resting.put(event, new Rest(id, due.toEpochMilli()));
            }
        }

        /** Hands events in that are due later, and returns when the workers have laid them by. */
        void rest() {
            publish();
            await().atMost(PATIENCE)
                    .until(() -> resting.keySet().stream()
                            .noneMatch(event -> fleet.outcomes(event).isEmpty()));
            assertThat(ledger.begins()).isZero();
        }

        void awaitEnds() {
            resting.keySet().forEach(fleet::outcome);
        }

        void judge() {
            awaitEnds();
            resting.forEach((event, rest) -> {
                assertThat(fleet.outcome(event).status()).as(rest.id()).isEqualTo(Status.SUCCEEDED);
                assertThat(ledger.begins(rest.id()))
                        .as(rest.id())
                        .singleElement()
                        .satisfies(line -> assertThat(line.at()).isGreaterThanOrEqualTo(rest.due()));
            });
        }
    }
}
