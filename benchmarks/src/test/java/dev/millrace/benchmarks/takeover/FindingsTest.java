package dev.millrace.benchmarks.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.benchmarks.stage.RunNotes.Life;
import dev.millrace.benchmarks.stage.RunNotes.Note;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {

    @Test
    void whatWasBrokenOffCountsFromTheKillToItsNextBeginningElsewhere() {
        Life killed = new Life(1_000, List.of(begin(1, 900), begin(2, 950), end(1, 980)));
        Life heir = new Life(Life.NOT_KILLED, List.of(begin(2, 4_200), end(2, 4_300), begin(3, 4_400)));
        Findings findings = Findings.of(List.of(killed, heir));
        assertThat(findings).isEqualTo(new Findings(List.of(3_200L), 0, 0, 3));
    }

    @Test
    void whatEndedOnceMoreRanTwice() {
        Life killed = new Life(1_000, List.of(begin(1, 900), end(1, 980)));
        Life heir = new Life(Life.NOT_KILLED, List.of(begin(1, 4_200), end(1, 4_300)));
        assertThat(Findings.of(List.of(killed, heir)).ranTwice()).isEqualTo(1);
    }

    @Test
    void whatTwoWorkersDiedOfCountsTwice() {
        Life first = new Life(1_000, List.of(begin(1, 900)));
        Life second = new Life(5_000, List.of(begin(1, 4_000)));
        Life third = new Life(Life.NOT_KILLED, List.of(begin(1, 8_500), end(1, 8_600)));
        assertThat(Findings.of(List.of(first, second, third)).again()).containsExactly(3_000L, 3_500L);
    }

    @Test
    void whatNeverBeganAgainIsTold() {
        assertThat(Findings.of(List.of(new Life(1_000, List.of(begin(1, 900))))).never())
                .isEqualTo(1);
    }

    @Test
    void percentilesAreValuesThatOccurred() {
        Findings findings = new Findings(List.of(1L, 2L, 3L, 4L), 0, 0, 4);
        assertThat(findings.percentile(50)).isEqualTo(2);
        assertThat(findings.percentile(99)).isEqualTo(4);
        assertThat(new Findings(List.of(), 0, 0, 0).percentile(99)).isZero();
    }

    private static Note begin(int event, long at) {
        return new Note(true, event, at);
    }

    private static Note end(int event, long at) {
        return new Note(false, event, at);
    }
}
