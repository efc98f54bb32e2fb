package dev.millrace.instances;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitingRunsTest {

    private static final Run FAILED = Run.without(new RunEnd.NotStarted("no"));
    private static final Run STOPPED = Run.without(new RunEnd.Stopped());

    private final WaitingRuns waiting = new WaitingRuns();

    @Test
    void theirTurnsComeInTheOrderInWhichTheyCame() {
        WaitingRuns.Place first = waiting.join("a");
        WaitingRuns.Place second = waiting.join("b");

        assertThat(waiting.isFirst(first)).isTrue();
        assertThat(waiting.isFirst(second)).isFalse();
        waiting.leave(first);
        assertThat(waiting.isFirst(second)).isTrue();
        waiting.leave(second);
        assertThat(waiting.isEmpty()).isTrue();
    }

    @Test
    void asManyAreStartedAsWait() {
        waiting.join("a");
        assertThat(waiting.needMore()).isTrue();
        waiting.begin();
        assertThat(waiting.needMore()).isFalse();
        waiting.join("b");
        assertThat(waiting.needMore()).isTrue();
    }

    @Test
    void aStartIsSavedWhenWhoWaitedHasFoundAnInstance() {
        WaitingRuns.Place first = waiting.join("a");
        waiting.join("b");
        waiting.begin();
        waiting.begin();
        assertThat(waiting.needAll()).isTrue();

        waiting.leave(first);
        assertThat(waiting.needAll()).isFalse();
        waiting.end(null);
        assertThat(waiting.needAll()).isTrue();
    }

    @Test
    void aFailedStartEndsTheRunThatHasWaitedLongest() {
        WaitingRuns.Place first = waiting.join("a");
        WaitingRuns.Place second = waiting.join("b");
        WaitingRuns.Place third = waiting.join("c");
        waiting.begin();
        waiting.begin();

        waiting.end(FAILED);
        waiting.end(FAILED);

        assertThat(first.instead()).isSameAs(FAILED);
        assertThat(second.instead()).isSameAs(FAILED);
        assertThat(third.instead()).isNull();
        assertThat(waiting.needMore()).isTrue();
    }

    @Test
    void aFailedStartThatNobodyWaitsForIsNobodysEnd() {
        WaitingRuns.Place served = waiting.join("a");
        waiting.begin();
        waiting.leave(served);

        waiting.end(FAILED);

        assertThat(served.instead()).isNull();
        assertThat(waiting.needMore()).isFalse();
    }

    @Test
    void whoeverIsTurnedAwayKeepsHisFirstAnswer() {
        WaitingRuns.Place first = waiting.join("a");
        WaitingRuns.Place second = waiting.join("b");

        assertThat(waiting.turnAway("a", STOPPED)).isTrue();
        assertThat(waiting.turnAway("a", FAILED)).isFalse();
        assertThat(waiting.turnAway("x", STOPPED)).isFalse();
        waiting.turnAllAway(FAILED);

        assertThat(first.instead()).isSameAs(STOPPED);
        assertThat(second.instead()).isSameAs(FAILED);
    }
}
