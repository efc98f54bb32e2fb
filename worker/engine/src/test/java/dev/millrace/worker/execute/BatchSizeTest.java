package dev.millrace.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.consume.Execution;
import org.junit.jupiter.api.Test;

class BatchSizeTest {

    private static final long MICROSECOND = 1_000;
    private static final long MILLISECOND = 1_000_000;

    private final BatchSize size = new BatchSize();

    @Test
    void aFunctionNobodyKnowsIsRunOneByOne() {
        assertThat(size.current()).isEqualTo(1);
    }

    @Test
    void fastRunsFillABatchWithinDozensOfRuns() {
        run(64, 5 * MICROSECOND);
        assertThat(size.current()).isEqualTo(Execution.MAX_BATCH);
    }

    @Test
    void aBatchTakesAboutAMillisecond() {
        run(200, 100 * MICROSECOND);
        assertThat(size.current()).isBetween(8, 10);
    }

    @Test
    void oneSlowRunShrinksTheBatchAtOnce() {
        run(64, 5 * MICROSECOND);
        size.ran(1, 20 * MILLISECOND);
        assertThat(size.current()).isEqualTo(1);
    }

    @Test
    void oneSlowRunAmongFastOnesIsForgottenAgain() {
        run(64, 5 * MICROSECOND);
        size.ran(1, 5_000 * MILLISECOND);
        run(100, 5 * MICROSECOND);
        assertThat(size.current()).isEqualTo(Execution.MAX_BATCH);
    }

    @Test
    void slowFunctionsStayAtOne() {
        run(1000, 10 * MILLISECOND);
        assertThat(size.current()).isEqualTo(1);
    }

    @Test
    void aClockThatStandsStillDoesNoHarm() {
        run(1000, 0);
        size.ran(0, 0);
        assertThat(size.current()).isEqualTo(Execution.MAX_BATCH);
    }

    private void run(int runs, long nanos) {
        for (int i = 0; i < runs; i++) {
            size.ran(1, nanos);
        }
    }
}
