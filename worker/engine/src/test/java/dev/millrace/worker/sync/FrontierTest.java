package dev.millrace.worker.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FrontierTest {

    @Test
    void itStandsBeforeTheFirstThatHasNotEnded() {
        Frontier frontier = new Frontier(10);
        assertThat(frontier.offset()).isEqualTo(10);
        frontier.begun(10);
        frontier.begun(11);
        frontier.begun(13);

        frontier.ended(11);
        assertThat(frontier.offset()).isEqualTo(10);
        frontier.ended(10);
        assertThat(frontier.offset()).isEqualTo(13);
        frontier.ended(13);

        assertThat(frontier.offset()).isEqualTo(14);
        assertThat(frontier.open()).isZero();
    }

    @Test
    void itGoesOnBehindOneThatTakesLongHoweverMuchHasEndedSince() {
        Frontier frontier = new Frontier(0);
        for (long offset = 0; offset < 100_000; offset++) {
            frontier.begun(offset);
            if (offset != 20_000) {
                frontier.ended(offset);
            }
        }
        assertThat(frontier.offset()).isEqualTo(20_000);
        assertThat(frontier.open()).isEqualTo(1);

        frontier.ended(20_000);
        frontier.ended(20_000);

        assertThat(frontier.offset()).isEqualTo(100_000);
        assertThat(frontier.open()).isZero();
    }

    @Property
    void nothingThatIsOpenEverLiesBeforeIt(@ForAll List<@IntRange(max = 50) Integer> ends) {
        Frontier frontier = new Frontier(0);
        TreeSet<Long> open = new TreeSet<>();
        for (long offset = 0; offset <= 50; offset++) {
            frontier.begun(offset);
            open.add(offset);
        }
        for (int offset : new ArrayList<>(ends)) {
            frontier.ended(offset);
            open.remove((long) offset);
            assertThat(frontier.offset()).isEqualTo(open.isEmpty() ? 51 : open.first());
        }
        assertThat(frontier.open()).isEqualTo(open.size());
    }
}
