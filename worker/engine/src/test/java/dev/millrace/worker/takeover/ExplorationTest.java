package dev.millrace.worker.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every way that one event can take through two workers, with faults at any moment: a worker killed, a worker stopped and
 * woken up again, Redis emptied, all leases lapsed. The decisions are the product's own ({@code Progress}, {@link FenceWord}); around them a
 * small {@link World} of log, commits, fences and claims. Seeded bugs have to be found.
 */
class ExplorationTest {

    private static final Set<Bug> NONE = EnumSet.noneOf(Bug.class);
    private static final Set<Kind> FAULTS =
            EnumSet.of(Kind.IS_KILLED, Kind.IS_STOPPED, Kind.REDIS_FORGETS, Kind.LEASES_LAPSE);
    private static final Set<Kind> KILLS = EnumSet.of(Kind.IS_KILLED);

    @Test
    void withoutAFaultNothingRunsTwiceAndEverythingEndsOnce() {
        explore(0, FAULTS, 50);
    }

    @Test
    void withOneFaultNothingThatHasEndedIsRun() {
        explore(1, FAULTS, 5_000);
    }

    @Test
    void withTwoFaultsNothingIsLostAndNothingRunsTwiceThatNoneOfThemHit() {
        explore(2, FAULTS, 100_000);
    }

    @Test
    void anEventThatKillsItsWorkersIsGivenUp() {
        explore(4, KILLS, 100_000);
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void aSeededBugIsFound(Bug bug) {
        Exploration all = Exploration.of(EnumSet.of(bug), bug.faults(), bug.faults() > 2 ? KILLS : FAULTS);

        assertThat(all.wrong()).as("with the bug %s", bug).isNotNull();
    }

    private static void explore(int most, Set<Kind> faults, int expectedStates) {
        Exploration all = Exploration.of(NONE, most, faults);

        assertThat(all.wrong()).isNull();
        assertThat(all.states()).as("states seen").isGreaterThan(expectedStates);
    }
}
