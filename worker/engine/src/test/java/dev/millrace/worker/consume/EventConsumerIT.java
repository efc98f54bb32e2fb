package dev.millrace.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.CommitNote;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.worker.consume.ConsumeSettings.GroupProtocol;
import dev.millrace.worker.consume.LaneSnapshot.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the consumer promises, on a real broker. */
@RealBackends
class EventConsumerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaSpace kafka;
    private Group group;

    EventConsumerIT(KafkaSpace kafka) {
        this.kafka = kafka;
    }

    @BeforeEach
    void gather() {
        group = new Group(kafka);
    }

    @AfterEach
    void disperse() {
        group.close();
    }

    @ParameterizedTest
    @EnumSource(GroupProtocol.class)
    void everyEventIsHandedOverOnceAndCommitted(GroupProtocol protocol) throws Exception {
        String topic = group.protocol(protocol).topic("all", 4);
        group.publish(topic, 4, 2_000);
        ScriptedExecution execution = ScriptedExecution.instant().batches(64);

        EventConsumer consumer = group.join(execution);

        await().atMost(PATIENCE).until(() -> execution.startedCount() == 2_000);
        assertThat(identities(execution.started())).hasSize(2_000);
        await().atMost(PATIENCE).until(() -> committedIs(topic, 0, 500));
        assertThat(consumer.trouble()).isEmpty();
        assertThat(consumer.drain(Duration.ofSeconds(5))).isEmpty();
    }

    @Test
    void aKilledWorkersWorkIsHandedOutAgainExactlyAsFarAsItsMapDoesNotSayDone() throws Exception {
        String topic = group.topic("killed", 1);
        group.publish(topic, 1, 1_000);
        BlockingQueue<Delivery> held = new LinkedBlockingQueue<>();
        ScriptedExecution everyThird = new ScriptedExecution((execution, batch) -> {
            if (batch.getFirst().offset() % 3 == 0) {
                held.addAll(batch);
            } else {
                execution.consumer().done(batch);
            }
        });
        EventConsumer killed = group.join(everyThird);
        await().atMost(PATIENCE).until(() -> everyThird.startedCount() == 1_000);
        await().atMost(PATIENCE).until(() -> doneAbove(group.committed(topic, 0)) == 666);

        killed.abandon();
        ScriptedExecution successor = ScriptedExecution.instant();
        group.join(successor);

        await().atMost(PATIENCE).until(() -> committedIs(topic, 0, 1_000));
        assertThat(Samples.offsets(successor.started())).containsExactlyElementsOf(Samples.offsets(List.copyOf(held)));
    }

    @Test
    void workersJoinAndLeaveAndNoEventIsLostOrRunTwice() throws Exception {
        String topic = group.topic("moving", 8);
        List<ScriptedExecution> executions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            executions.add(new ScriptedExecution((execution, batch) ->
                    Thread.startVirtualThread(() -> execution.consumer().done(batch))));
        }
        EventConsumer first = group.join(executions.get(0));
        group.publish(topic, 8, 10_000);
        EventConsumer second = group.join(executions.get(1));
        await().atMost(PATIENCE).until(() -> !second.snapshot().isEmpty());
        group.publish(topic, 8, 10_000);
        group.join(executions.get(2));
        assertThat(first.drain(Duration.ofSeconds(10))).isEmpty();
        group.join(executions.get(3));
        await().atMost(PATIENCE).until(() -> executions.get(3).startedCount() > 0 || allStarted(executions) >= 20_000);
        assertThat(second.drain(Duration.ofSeconds(10))).isEmpty();

        await().atMost(PATIENCE).until(() -> allStarted(executions) >= 20_000);
        List<Delivery> all = new ArrayList<>();
        executions.forEach(execution -> all.addAll(execution.started()));
        assertThat(identities(all)).hasSize(20_000);
        assertThat(all).hasSize(20_000);
    }

    @Test
    void aLongRunGoesOnWhileItsLaneMovesAndIsNotRunAgain() throws Exception {
        group.limits(Group.limits(2_000, 500, Duration.ofMillis(50)));
        String topic = group.topic("long", 2);
        group.publish(topic, 2, 2);
        ScriptedExecution busy = ScriptedExecution.holding();
        EventConsumer old = group.join(busy);
        await().atMost(PATIENCE).until(() -> busy.startedCount() == 2);

        ScriptedExecution other = ScriptedExecution.instant();
        EventConsumer newcomer = group.join(other);
        await().atMost(PATIENCE).until(() -> parked(newcomer) == 1);
        assertThat(other.started()).isEmpty();

        old.done(busy.started());
        await().atMost(PATIENCE).until(() -> committedIs(topic, 0, 1) && committedIs(topic, 1, 1));
        assertThat(other.started()).isEmpty();
        await("the claim is forgotten")
                .atMost(PATIENCE)
                .until(() -> group.claims().size() == 0);
    }

    @Test
    void aLongRunOfAWorkerThatDiedIsRunByTheNewOwner() throws Exception {
        group.limits(Group.limits(2_000, 500, Duration.ofMillis(50)));
        String topic = group.topic("orphan", 2);
        group.publish(topic, 2, 2);
        ScriptedExecution busy = ScriptedExecution.holding();
        group.join(busy);
        await().atMost(PATIENCE).until(() -> busy.startedCount() == 2);
        ScriptedExecution other = ScriptedExecution.instant();
        EventConsumer newcomer = group.join(other);
        await().atMost(PATIENCE).until(() -> parked(newcomer) == 1);

        group.claims().allDie();

        await().atMost(PATIENCE).until(() -> other.startedCount() == 1);
    }

    @Test
    void oneSlowEventInAHundredHoldsNobodyElse() throws Exception {
        String topic = group.topic("slow", 4);
        group.publish(topic, 4, 2_000);
        BlockingQueue<List<Delivery>> slow = new LinkedBlockingQueue<>();
        AtomicInteger finished = new AtomicInteger();
        ScriptedExecution execution = new ScriptedExecution((running, batch) -> {
            if (batch.getFirst().offset() % 100 == 7) {
                slow.add(batch);
            } else {
                finished.addAndGet(batch.size());
                running.consumer().done(batch);
            }
        });

        EventConsumer consumer = group.join(execution);

        await().atMost(PATIENCE).until(() -> finished.get() == 1_980);
        assertThat(slow).as("still running").hasSize(20);
        slow.forEach(consumer::done);
        await().atMost(PATIENCE).until(() -> committedIs(topic, 0, 500));
    }

    @Test
    void aRecordThatIsNotOursIsHandedOverAsUnreadableAndItsNeighboursRun() throws Exception {
        String topic = group.topic("garbage", 1);
        group.publish(topic, 0, "good", EventHeaderCodec.encode(EventHeader.accepted(1)));
        group.publish(topic, 0, "no header", null);
        group.publish(topic, 0, "odd header", new byte[] {99, 1, 2, 3});
        group.publish(topic, 0, null, EventHeaderCodec.encode(EventHeader.accepted(2)));
        group.publish(topic, 0, "good", EventHeaderCodec.encode(EventHeader.accepted(3)));
        ScriptedExecution execution = ScriptedExecution.instant();

        group.join(execution);

        await().atMost(PATIENCE).until(() -> committedIs(topic, 0, 5));
        List<Delivery> started = execution.started();
        assertThat(started.get(0).unreadable()).isNull();
        assertThat(started.get(1).unreadable()).contains("no header");
        assertThat(started.get(1).header().acceptedAt())
                .as("when the broker stored it")
                .isPositive();
        assertThat(started.get(2).unreadable()).contains("version 99");
        assertThat(started.get(3).unreadable()).isNull();
        assertThat(started.get(3).event()).isEmpty();
        assertThat(started.get(4).unreadable()).isNull();
    }

    @Test
    void aDeepBacklogDoesNotStarveANeighbour() throws Exception {
        String deep = group.topic("deep", 4);
        String light = group.topic("light", 1);
        group.publish(deep, 4, 100_000);
        group.publish(light, 1, 100);
        AtomicInteger deepBeforeLight = new AtomicInteger();
        AtomicInteger lightSeen = new AtomicInteger();
        ScriptedExecution execution = new ScriptedExecution((running, batch) -> {
            if (batch.getFirst().lane().topic().equals(light)) {
                lightSeen.addAndGet(batch.size());
            } else if (lightSeen.get() < 100) {
                deepBeforeLight.addAndGet(batch.size());
            }
            running.consumer().done(batch);
        });

        group.join(execution.batches(64));

        await().atMost(PATIENCE).until(() -> execution.startedCount() == 100_100);
        assertThat(deepBeforeLight.get())
                .as("events of the deep queue run before the light one was served")
                .isLessThan(50_000);
    }

    @Test
    void aLaneThatIsFullPausesAndResumes() throws Exception {
        group.limits(Group.limits(100, 20, Duration.ofMillis(100)));
        String topic = group.topic("full", 1);
        group.publish(topic, 1, 10_000);
        ScriptedExecution execution = ScriptedExecution.instant().permits(0);
        EventConsumer consumer = group.join(execution);
        await().atMost(PATIENCE).until(() -> consumer.snapshot().stream().anyMatch(LaneSnapshot::paused));
        LaneSnapshot lane = consumer.snapshot().getFirst();
        assertThat(lane.buffered()).isBetween(100, 2_100);
        assertThat(lane.waiting()).isEqualTo(Waiting.PERMIT);
        assertThat(lane.oldestAcceptedAt()).isEqualTo(1_000);

        execution.permits(10);
        consumer.permitsChanged();

        await().atMost(PATIENCE).until(() -> execution.startedCount() == 10_000);
        await().atMost(PATIENCE).until(() -> consumer.snapshot().getFirst().completed() == 10_000);
        assertThat(consumer.snapshot().getFirst().paused()).isFalse();
    }

    @Test
    void aTopicAddedLaterIsConsumed() throws Exception {
        ScriptedExecution execution = ScriptedExecution.instant();
        EventConsumer consumer = group.join(execution);
        for (String function : List.of("late", "later")) {
            String topic = group.topic(function, 2);
            group.publish(topic, 2, 10);

            consumer.subscriptionsChanged();

            await().atMost(PATIENCE).until(() -> committedIs(topic, 0, 5));
        }
        assertThat(execution.startedCount()).isEqualTo(20);
    }

    @Test
    void aDrainThatRunsOutSaysWhatItLeft() throws Exception {
        String topic = group.topic("drained", 1);
        group.publish(topic, 1, 3);
        ScriptedExecution execution = ScriptedExecution.holding();
        EventConsumer consumer = group.join(execution);
        await().atMost(PATIENCE).until(() -> execution.startedCount() == 3);
        consumer.done(List.of(execution.started().get(1)));

        List<Delivery> left = consumer.drain(Duration.ofMillis(100));

        assertThat(Samples.offsets(left)).containsExactly(0L, 2L);
        ScriptedExecution successor = ScriptedExecution.instant();
        group.join(successor);
        await().atMost(PATIENCE).until(() -> committedIs(topic, 0, 3));
        assertThat(Samples.offsets(successor.started())).containsExactly(0L, 2L);
    }

    private boolean committedIs(String topic, int partition, long offset) throws Exception {
        var committed = group.committed(topic, partition);
        return committed != null && committed.offset() == offset;
    }

    private static long doneAbove(@Nullable OffsetAndMetadata committed) {
        return committed == null
                ? 0
                : CommitNote.decode(committed.offset(), committed.metadata())
                        .orElseThrow()
                        .map()
                        .doneAbove();
    }

    private static int parked(EventConsumer consumer) {
        return consumer.snapshot().stream().mapToInt(LaneSnapshot::parked).sum();
    }

    private static int allStarted(List<ScriptedExecution> executions) {
        return executions.stream().mapToInt(ScriptedExecution::startedCount).sum();
    }

    private static Set<String> identities(List<Delivery> deliveries) {
        Set<String> identities = new HashSet<>();
        deliveries.forEach(delivery -> identities.add(delivery.address().toString()));
        return identities;
    }
}
