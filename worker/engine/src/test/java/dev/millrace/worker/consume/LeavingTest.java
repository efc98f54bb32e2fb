package dev.millrace.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.TriggerDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.junit.jupiter.api.Test;

class LeavingTest {

    private static final TopicPartition PARTITION = new TopicPartition("t.fn", 0);
    private static final TriggerDefinition TRIGGER = Samples.trigger(1, "fn");

    @Test
    void aWorkerToldToLeaveInTheMiddleOfARebalanceCommitsWhenItIsOver() throws Exception {
        RebalancingConsumer consumer = new RebalancingConsumer();
        consumer.schedulePollTask(() -> {
            consumer.rebalance(List.of(PARTITION));
            consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
            consumer.addRecord(new ConsumerRecord<>("t.fn", 0, 0, new byte[0], new byte[0]));
        });
        Mailbox mailbox = new Mailbox(consumer::wakeup);
        CompletableFuture<List<Delivery>> unfinished = new CompletableFuture<>();
        ScriptedExecution execution = new ScriptedExecution((_, batch) -> {
            consumer.rebalanceBegins();
            mailbox.post(new Command.Done(batch));
            mailbox.post(new Command.Leave(Duration.ofSeconds(10), true, unfinished));
        });
        ConsumerLoop loop = new ConsumerLoop(
                consumer,
                mailbox,
                execution,
                ConsumeLimits.defaults(),
                () -> Map.of("t.fn", TRIGGER),
                new Succession(
                        new ClaimTable(),
                        new EmptyHanded(),
                        partition -> Legacy.UNKNOWN,
                        new Continuity(() -> 0),
                        new LostLanes()));

        Thread.ofPlatform().start(loop);

        assertThat(unfinished.get(20, TimeUnit.SECONDS)).isEmpty();
        assertThat(consumer.committedOffset()).isEqualTo(1);
    }

    /** As the real one: while the group is rebalanced no commit is taken, and only polling brings it to an end. */
    private static final class RebalancingConsumer extends MockConsumer<byte[], byte[]> {

        private static final int POLLS_OF_A_REBALANCE = 3;

        private int pollsToGo;
        private volatile long committed = -1;

        RebalancingConsumer() {
            super("earliest");
        }

        void rebalanceBegins() {
            pollsToGo = POLLS_OF_A_REBALANCE;
        }

        long committedOffset() {
            return committed;
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            pollsToGo = Math.max(0, pollsToGo - 1);
            return super.poll(timeout);
        }

        @Override
        public synchronized void commitAsync(
                Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            if (pollsToGo > 0) {
                callback.onComplete(offsets, new RebalanceInProgressException());
            } else {
                committed = offsets.get(PARTITION).offset();
                callback.onComplete(offsets, null);
            }
        }

        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            if (pollsToGo > 0) {
                throw new RebalanceInProgressException();
            }
            committed = offsets.get(PARTITION).offset();
        }

        @Override
        public synchronized void close(CloseOptions options) {
            // What was committed is all that is asked for.
        }
    }
}
