package dev.millrace.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SeededBugTest {

    @Test
    void noneIsMadeUnlessAskedFor() {
        assertThat(SeededBug.from(null, null)).isEmpty();
        assertThat(SeededBug.from("", "yes")).isEmpty();
        for (SeededBug bug : SeededBug.values()) {
            assertThat(bug.on()).isFalse();
        }
    }

    @Test
    void outsideOfChaosNoneCanBeAskedFor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeededBug.from("runs-twice", null))
                .withMessageContaining("chaos alone");
    }

    @Test
    void severalCanBeMadeAtOnce() {
        assertThat(SeededBug.from("runs-twice,end-changes", "yes"))
                .containsExactlyInAnyOrder(SeededBug.RUNS_TWICE, SeededBug.END_CHANGES);
    }
}
