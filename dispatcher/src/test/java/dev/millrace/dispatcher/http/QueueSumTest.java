package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kafka.queue.QueueDepth;
import dev.millrace.redis.QueueGauge;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What is told of a queue, and why it waits. */
class QueueSumTest {

    private final QueueSum sum = new QueueSum();

    @Test
    void whatWorkersReportIsAddedUp() {
        sum.reported(new QueueGauge(4, 3, 2_000, null));
        sum.reported(new QueueGauge(0, 1, 1_000, "concurrency"));

        assertThat(sum.state(queued(11), false)).isEqualTo(new QueueState(11, 0, 5, 4, 1_000, "concurrency", false));
    }

    @Test
    void aPartitionWithoutAWorkerWaitsForOneWhateverTheOthersWaitFor() {
        sum.reported(new QueueGauge(0, 0, 2_000, "concurrency"));
        sum.unreported(500, false);

        assertThat(sum.state(queued(7), false)).isEqualTo(new QueueState(7, 0, 5, 0, 500, "worker", false));
    }

    @Test
    void whileNobodyReportsNobodyCanTellWhatItWaitsFor() {
        sum.unreported(500, true);

        assertThat(sum.state(queued(7), false).waitingFor()).isNull();
        assertThat(sum.state(queued(7), true).waitingFor()).isEqualTo("paused");
    }

    @Test
    void whatOnlyRestsWaitsForItsTime() {
        assertThat(sum.state(new QueueDepth(0, 3, 700, 5, Map.of()), false))
                .isEqualTo(new QueueState(0, 3, 5, 0, 700, "retry-delay", false));
        sum.reported(new QueueGauge(0, 2, 0, null));
        assertThat(sum.state(new QueueDepth(2, 3, 700, 5, Map.of()), false).waitingFor())
                .isEqualTo("retry-delay");
        assertThat(sum.state(new QueueDepth(4, 3, 700, 5, Map.of()), false).waitingFor())
                .isNull();
    }

    @Test
    void aPausedQueueSaysSo() {
        sum.reported(new QueueGauge(0, 0, 500, "concurrency"));

        assertThat(sum.state(queued(1), true).waitingFor()).isEqualTo("paused");
    }

    @Test
    void anEmptyQueueWaitsForNothing() {
        assertThat(sum.state(queued(0), true)).isEqualTo(new QueueState(0, 0, 5, 0, 0, null, true));
    }

    @Test
    void whatRunsWaitsForNothing() {
        sum.reported(new QueueGauge(0, 2, 500, null));

        assertThat(sum.state(queued(2), true).waitingFor()).isNull();
    }

    @Test
    void theBacklogIsWhatWaitsAndIsNotHeldByTheFunctionsOwnLimit() {
        List<QueueState> own = List.of(state(10, 4, false), state(100, 0, true));

        assertThat(Scaling.backlog(own, 300)).isEqualTo(6);
        assertThat(Scaling.backlog(own, 5)).isEqualTo(1);
        assertThat(Scaling.backlog(own, 0)).isZero();
    }

    @Test
    void theForecastGoesByTheRateAtWhichEventsAreDone() {
        assertThat(Scaling.secondsToDrain(100, OptionalDouble.of(8))).hasValue(12.5);
        assertThat(Scaling.secondsToDrain(0, OptionalDouble.empty())).hasValue(0);
        assertThat(Scaling.secondsToDrain(100, OptionalDouble.of(0))).isEmpty();
        assertThat(Scaling.secondsToDrain(100, OptionalDouble.empty())).isEmpty();
    }

    private static QueueDepth queued(long count) {
        return new QueueDepth(count, 0, 0, 5, Map.of());
    }

    private static QueueState state(long queued, int running, boolean paused) {
        return new QueueState(queued, 7, 0, running, 0, null, paused);
    }
}
