package dev.millrace.worker.permits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.PermitLeases;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What one worker takes of the fleet's growth, by a clock that is moved. */
class StartBlockTest {

    private static final int OF_A_MINUTE = 25;

    private long now = 1_000_000_000_000L;
    private int started;
    private long startedIn = -1;
    private int asked;
    private final StartBlock block = new StartBlock(() -> now);

    @Test
    void aBlockIsTakenAtATimeAndNeverMoreThanTheFleetHas() {
        int taken = 0;
        while (takesOne()) {
            taken++;
        }
        assertThat(taken).isEqualTo(OF_A_MINUTE);
        assertThat(asked).isEqualTo(3);
        assertThat(block.areOver()).isTrue();
    }

    @Test
    void whatWasTakenHoldsForItsMinuteOnly() {
        assertThat(takesOne()).isTrue();
        pass(Duration.ofMinutes(1));
        assertThat(block.take()).isFalse();
        assertThat(block.areOver()).isFalse();
        assertThat(takesOne()).isTrue();
        assertThat(started).as("of the new minute").isEqualTo(10);
    }

    @Test
    void whatIsNotUsedGoesBack() {
        assertThat(takesOne()).isTrue();
        assertThat(block.isToBeAsked()).isFalse();
        pass(Duration.ofSeconds(2));
        assertThat(block.isToBeAsked()).isTrue();
        block.ask(this::grow);
        assertThat(started).isEqualTo(1);
        assertThat(block.isToBeAsked()).isFalse();
        assertThat(block.take()).isFalse();
    }

    @Test
    void whoeverWaitsIsAnsweredAlsoWhenTheFleetCannotBeAsked() {
        CompletableFuture<Void> answer = block.awaitMore();
        assertThat(block.isToBeAsked()).isTrue();
        block.unanswered();
        assertThat(answer).isCompleted();
        assertThat(block.isToBeAsked()).isFalse();
    }

    private boolean takesOne() {
        if (block.take()) {
            return true;
        }
        if (block.areOver()) {
            return false;
        }
        CompletableFuture<Void> answer = block.awaitMore();
        block.ask(this::grow);
        assertThat(answer).isCompleted();
        return block.take();
    }

    private PermitLeases.Growth grow(int wanted, int unused, long minute) {
        asked++;
        long thisMinute = now / Duration.ofMinutes(1).toNanos();
        if (startedIn != thisMinute) {
            startedIn = thisMinute;
            started = 0;
        }
        if (minute == thisMinute) {
            started -= unused;
        }
        int granted = Math.min(wanted, OF_A_MINUTE - started);
        started += granted;
        long end = (thisMinute + 1) * Duration.ofMinutes(1).toNanos();
        return new PermitLeases.Growth(granted, thisMinute, Duration.ofNanos(end - now));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
