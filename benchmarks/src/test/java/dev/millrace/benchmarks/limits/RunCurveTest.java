package dev.millrace.benchmarks.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.benchmarks.stage.RunNotes.Life;
import dev.millrace.benchmarks.stage.RunNotes.Note;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunCurveTest {

    private static final long EVER = Long.MAX_VALUE;

    @Test
    void runsOfAllProcessesCountTogether() {
        RunCurve curve = RunCurve.of(
                List.of(alive(begin(1, 10), begin(2, 20), end(1, 30), end(2, 50)), alive(begin(3, 25), end(3, 40))));

        assertThat(curve.most(0, EVER)).isEqualTo(3);
        assertThat(curve.most(0, 20)).isEqualTo(1);
        assertThat(curve.most(30, EVER)).as("what was running already counts").isEqualTo(3);
        assertThat(curve.most(41, EVER)).isEqualTo(1);
    }

    @Test
    void whatBeginsWhenAnotherEndsIsNoMore() {
        RunCurve curve = RunCurve.of(List.of(alive(begin(1, 10), end(1, 20)), alive(begin(2, 20), end(2, 30))));

        assertThat(curve.most(0, EVER)).isEqualTo(1);
    }

    @Test
    void runsOfAKilledProcessEndWithIt() {
        RunCurve curve = RunCurve.of(List.of(
                new Life(30, List.of(begin(1, 10), begin(2, 20))), alive(begin(3, 25), begin(4, 70))));

        assertThat(curve.most(25, EVER)).isEqualTo(3);
        assertThat(curve.millisUntilReached(2, 31)).as("there are two again").isEqualTo(39);
    }

    @Test
    void aHigherLimitIsReachedWithTheRunThatMakesItFull() {
        RunCurve curve = RunCurve.of(List.of(alive(begin(1, 10), begin(2, 120), begin(3, 130))));

        assertThat(curve.millisUntilReached(3, 100)).isEqualTo(30);
        assertThatThrownBy(() -> curve.millisUntilReached(4, 100))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("never 4");
    }

    @Test
    void aLowerLimitIsKeptFromTheLastRunThatBeganAboveIt() {
        RunCurve curve = RunCurve.of(List.of(alive(
                begin(1, 10), begin(2, 20), begin(3, 110), end(3, 150), begin(4, 160), end(4, 190), end(1, 200))));

        assertThat(curve.millisUntilKept(2, 100, EVER)).isEqualTo(60);
        assertThat(curve.millisUntilKept(2, 100, 160)).isEqualTo(10);
        assertThat(curve.millisUntilKept(3, 100, EVER)).isZero();
    }

    private static Life alive(Note... notes) {
        return new Life(Life.NOT_KILLED, List.of(notes));
    }

    private static Note begin(int event, long at) {
        return new Note(true, event, at);
    }

    private static Note end(int event, long at) {
        return new Note(false, event, at);
    }
}
