package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.QueueGauge;
import org.junit.jupiter.api.Test;

class QueueSumTest {

    private final QueueSum sum = new QueueSum();

    @Test
    void whatWasCompletedOutOfOrderIsNotInTheQueue() {
        sum.reported(10, new QueueGauge(4, 3, 2_000, null));
        sum.reported(5, new QueueGauge(0, 1, 1_000, "concurrency"));

        assertThat(sum.state(false)).isEqualTo(new QueueState(11, 4, 1_000, "concurrency", false));
    }

    @Test
    void aPartitionWithoutAWorkerWaitsForOne() {
        sum.unowned(7, 500);

        assertThat(sum.state(false)).isEqualTo(new QueueState(7, 0, 500, "worker", false));
    }

    @Test
    void aPausedQueueSaysSo() {
        sum.reported(1, new QueueGauge(0, 0, 500, "concurrency"));

        assertThat(sum.state(true).waitingFor()).isEqualTo("paused");
    }

    @Test
    void anEmptyQueueWaitsForNothing() {
        assertThat(sum.state(true)).isEqualTo(new QueueState(0, 0, 0, null, true));
    }

    @Test
    void runnableIsWhatWaitsAndIsNotHeldByTheFunctionsOwnLimit() {
        assertThat(new QueueState(10, 4, 0, null, false).runnable(300)).isEqualTo(6);
        assertThat(new QueueState(10, 4, 0, null, false).runnable(5)).isEqualTo(1);
        assertThat(new QueueState(10, 4, 0, null, false).runnable(0)).isZero();
    }
}
