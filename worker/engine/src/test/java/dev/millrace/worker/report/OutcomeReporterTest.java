package dev.millrace.worker.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.kafka.Stored;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutcomeReporterTest {

    private final FakeLog log = new FakeLog();
    private final FakeStore consequences = new FakeStore();
    private final Queue<Delivery> done = new ConcurrentLinkedQueue<>();
    private final OutcomeReporter reporter = new OutcomeReporter(log, consequences, done::addAll);

    @AfterEach
    void close() {
        reporter.close();
    }

    @Test
    void aDeliveryIsDoneWhenTheLogHasItsOutcomeAndNotBefore() {
        log.holdsBack = true;
        reporter.start();
        Delivery delivery = delivery(0, 7);
        reporter.ended(delivery, outcome(delivery), List.of());
        reporter.wake();
        await().until(() -> log.held.size() == 1);
        assertThat(done).isEmpty();
        assertThat(reporter.backlog()).isEqualTo(1);

        log.release();
        assertThat(done).containsExactly(delivery);
        assertThat(reporter.backlog()).isZero();
    }

    @Test
    void whatWaitsTogetherTravelsTogetherByLane() {
        List<Delivery> first = deliveries(0, 150);
        List<Delivery> second = deliveries(1, 10);
        first.forEach(delivery -> reporter.ended(delivery, outcome(delivery), List.of()));
        second.forEach(delivery -> reporter.ended(delivery, outcome(delivery), List.of()));
        reporter.start();
        await().until(() -> done.size() == 160);

        assertThat(log.packs).hasSize(4);
        assertThat(log.packs).allSatisfy(pack -> assertThat(pack.outcomes()).hasSizeLessThanOrEqualTo(64));
        assertThat(offsetsOf(0))
                .containsExactlyElementsOf(LongStream.range(0, 150).boxed().toList());
        assertThat(offsetsOf(1)).hasSize(10);
    }

    @Test
    void aPackStaysBelowItsSizeUnlessOneOutcomeIsLarger() {
        byte[] large = new byte[200 * 1024];
        for (Delivery delivery : deliveries(0, 3)) {
            reporter.ended(delivery, outcome(delivery, large), List.of());
        }
        reporter.start();
        await().until(() -> done.size() == 3);
        assertThat(log.packs).hasSize(3);
    }

    @Test
    void whatTheLogDoesNotTakeIsKeptAndTriedAgain() {
        log.failures = 3;
        reporter.start();
        Delivery delivery = delivery(0, 7);
        reporter.ended(delivery, outcome(delivery), List.of());
        reporter.wake();
        await().until(() -> !done.isEmpty());
        assertThat(done).containsExactly(delivery);
        assertThat(log.asked).isEqualTo(4);
        assertThat(reporter.failures()).isZero();
    }

    @Test
    void aLogThatThrowsIsOneThatFails() {
        log.throwing = 1;
        reporter.start();
        Delivery delivery = delivery(0, 7);
        reporter.ended(delivery, outcome(delivery), List.of());
        reporter.wake();
        await().until(() -> done.size() == 1);
    }

    @Test
    void aDeliveryIsDoneWhenAllThatFollowsIsStoredAndThatComesAfterItsOutcome() {
        log.holdsBack = true;
        consequences.holdsBack = true;
        reporter.start();
        Delivery delivery = delivery(0, 7);
        reporter.ended(delivery, outcome(delivery), List.of(nextAttempt(), nextAttempt()));
        reporter.wake();
        await().until(() -> log.held.size() == 1);
        assertThat(consequences.asked).isZero();

        log.release();
        await().until(() -> consequences.held.size() == 2);
        consequences.releaseOne();
        assertThat(done).isEmpty();
        assertThat(reporter.backlog()).isEqualTo(1);

        consequences.releaseOne();
        assertThat(done).containsExactly(delivery);
        assertThat(reporter.backlog()).isZero();
    }

    @Test
    void aConsequenceIsStoredUntilItIs() {
        consequences.failures = 2;
        consequences.throwing = 1;
        reporter.start();
        Delivery delivery = delivery(0, 7);
        reporter.ended(delivery, outcome(delivery), List.of(nextAttempt()));
        reporter.wake();
        await().until(() -> !done.isEmpty());
        assertThat(done).containsExactly(delivery);
        assertThat(consequences.asked).isEqualTo(4);
        assertThat(log.asked).isEqualTo(1);
        assertThat(reporter.failures()).isZero();
    }

    @Test
    void aConsequenceThatIsNotStoredHoldsUpNobodyElse() {
        consequences.holdsBack = true;
        reporter.start();
        Delivery failing = delivery(0, 7);
        reporter.ended(failing, outcome(failing), List.of(nextAttempt()));
        Delivery other = delivery(0, 8);
        reporter.ended(other, outcome(other), List.of());
        reporter.wake();
        await().until(() -> !done.isEmpty());
        assertThat(done).containsExactly(other);
    }

    @Test
    void whatAnOutcomeOfADeadWorkerLeftIsCarriedOutWithoutAnotherOutcome() {
        reporter.start();
        Delivery retried = delivery(0, 7);
        reporter.endedBefore(retried, List.of(nextAttempt()));
        Delivery ended = delivery(0, 8);
        reporter.endedBefore(ended, List.of());
        await().until(() -> done.size() == 2);
        assertThat(consequences.asked).isEqualTo(1);
        assertThat(log.asked).isZero();
    }

    @Test
    void finishingStoresWhatFollows() throws InterruptedException {
        reporter.start();
        deliveries(0, 100).forEach(delivery -> reporter.ended(delivery, outcome(delivery), List.of(nextAttempt())));
        reporter.finish(Duration.ofSeconds(20));
        assertThat(done).hasSize(100);
    }

    @Test
    void thereIsNoRoomWhileTooManyBytesWait() {
        log.holdsBack = true;
        reporter.start();
        byte[] large = new byte[6 * 1024 * 1024];
        long fit = OutcomeReporter.ROOM / large.length + 1;
        for (int i = 0; i < fit; i++) {
            Delivery delivery = delivery(0, i);
            reporter.ended(delivery, outcome(delivery, large), List.of());
        }
        assertThat(reporter.hasRoom()).isFalse();
        reporter.wake();
        await().until(() -> log.held.size() == fit);
        log.release();
        assertThat(reporter.hasRoom()).isTrue();
    }

    @Test
    void finishingStoresWhatWasReportedBefore() throws InterruptedException {
        reporter.start();
        deliveries(0, 1000).forEach(delivery -> reporter.ended(delivery, outcome(delivery), List.of()));
        reporter.finish(Duration.ofSeconds(20));
        assertThat(done).hasSize(1000);
        assertThat(reporter.backlog()).isZero();
    }

    @Test
    void finishingDoesNotWaitForALogThatIsGone() throws InterruptedException {
        log.failures = Integer.MAX_VALUE;
        reporter.start();
        Delivery delivery = delivery(0, 7);
        reporter.ended(delivery, outcome(delivery), List.of());
        reporter.finish(Duration.ofMillis(50));
        assertThat(done).isEmpty();
    }

    private List<Long> offsetsOf(int partition) {
        return log.packs.stream()
                .filter(pack -> pack.heading().partition() == partition)
                .flatMap(pack -> pack.outcomes().stream())
                .map(outcome -> outcome.address().offset())
                .toList();
    }

    private static List<Delivery> deliveries(int partition, int count) {
        List<Delivery> deliveries = new ArrayList<>();
        for (int offset = 0; offset < count; offset++) {
            deliveries.add(delivery(partition, offset));
        }
        return deliveries;
    }

    private static Delivery delivery(int partition, long offset) {
        TriggerRef ref = new TriggerRef(FunctionRef.of("resize"), "api");
        TriggerDefinition trigger = new TriggerDefinition(ref, 5, new TriggerSpec.Api(), true, 4, 1, 0, 0);
        return new Delivery(
                new LaneId("t", partition, 1),
                offset,
                new EventAddress(5, partition, offset),
                EventHeader.accepted(1000),
                trigger,
                new byte[0],
                null);
    }

    private static Consequence nextAttempt() {
        return new Consequence.NextAttempt(EventHeader.accepted(1000), new byte[0]);
    }

    private static byte[] outcome(Delivery delivery) {
        return outcome(delivery, new byte[] {'1'});
    }

    private static byte[] outcome(Delivery delivery, byte[] result) {
        return OutcomePack.encode(new Outcome(
                delivery.address(),
                Status.SUCCEEDED,
                "$LATEST",
                1000,
                2000,
                60,
                List.of(),
                result,
                null,
                new byte[0],
                null));
    }

    /** Takes packs, or fails so and so often, or holds its answer back. */
    private static final class FakeLog implements OutcomeLog {

        private final Queue<OutcomePack.Decoded> packs = new ConcurrentLinkedQueue<>();
        private final Queue<Stored> held = new ConcurrentLinkedQueue<>();
        private volatile int asked;
        private volatile int failures;
        private volatile int throwing;
        private volatile boolean holdsBack;

        @Override
        public synchronized void append(OutcomeHeading heading, byte[] pack, Stored stored) {
            asked++;
            if (throwing > 0) {
                throwing--;
                throw new IllegalStateException("closed");
            }
            if (failures > 0) {
                failures--;
                stored.failed(new IllegalStateException("no leader"));
                return;
            }
            try {
                packs.add(OutcomePack.decode(pack));
            } catch (MalformedException e) {
                throw new AssertionError(e);
            }
            if (holdsBack) {
                held.add(stored);
            } else {
                stored.stored(0);
            }
        }

        void release() {
            held.forEach(one -> one.stored(0));
            held.clear();
        }
    }

    /** Takes consequences, or fails so and so often, or holds its answer back. */
    private static final class FakeStore implements ConsequenceStore {

        private final Queue<Stored> held = new ConcurrentLinkedQueue<>();
        private volatile int asked;
        private volatile int failures;
        private volatile int throwing;
        private volatile boolean holdsBack;

        @Override
        public synchronized void store(Delivery delivery, Consequence consequence, Stored stored) {
            asked++;
            if (throwing > 0) {
                throwing--;
                throw new IllegalStateException("closed");
            }
            if (failures > 0) {
                failures--;
                stored.failed(new IllegalStateException("no leader"));
            } else if (holdsBack) {
                held.add(stored);
            } else {
                stored.stored(0);
            }
        }

        void releaseOne() {
            held.remove().stored(0);
        }
    }
}
