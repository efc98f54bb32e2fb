package dev.millrace.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {

    @Test
    void theMedianOfAnOddNumberIsTheMiddleOne() {
        Figure figure = new Figure("rate", "k/s", List.of(3.0, 100.0, 1.0));
        assertThat(figure.median()).isEqualTo(3.0);
        assertThat(figure.min()).isEqualTo(1.0);
        assertThat(figure.max()).isEqualTo(100.0);
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenBothMiddleOnes() {
        assertThat(new Figure("rate", "k/s", List.of(4.0, 1.0, 2.0, 100.0)).median())
                .isEqualTo(3.0);
    }

    @Test
    void aFigureHasARound() {
        assertThatThrownBy(() -> new Figure("rate", "k/s", List.of())).hasMessageContaining("rate");
    }
}
