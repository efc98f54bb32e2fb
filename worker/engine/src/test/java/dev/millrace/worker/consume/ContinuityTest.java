package dev.millrace.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ContinuityTest {

    private final AtomicLong now = new AtomicLong();
    private final Continuity continuity = new Continuity(now::get);

    @Test
    void whoTicksOnIsUnbroken() {
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofMillis(100));
            continuity.tick();
        }
        assertThat(continuity.isUnbroken()).isTrue();
    }

    @Test
    void aStopIsNoticedByWhoeverAsksFirst() {
        pass(Continuity.LONGEST_STOP.plusMillis(1));
        assertThat(continuity.isUnbroken()).isFalse();
        assertThat(continuity.isUnbroken()).as("it does not pass by itself").isFalse();
    }

    @Test
    void aProofMendsIt() {
        pass(Duration.ofSeconds(9));
        assertThat(continuity.isUnbroken()).isFalse();
        continuity.proven(continuity.breaks());
        assertThat(continuity.isUnbroken()).isTrue();
    }

    @Test
    void aProofBegunBeforeAnotherStopProvesNothing() {
        pass(Duration.ofSeconds(9));
        continuity.tick();
        long asOfBreak = continuity.breaks();
        pass(Duration.ofSeconds(9));
        continuity.tick();
        continuity.proven(asOfBreak);
        assertThat(continuity.isUnbroken()).isFalse();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
