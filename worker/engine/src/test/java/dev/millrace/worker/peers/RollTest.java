package dev.millrace.worker.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class RollTest {

    private static final long GRACE = 3_000;

    private final Roll roll = new Roll(GRACE);

    @Test
    void whoseLeaseEndsIsDeadAtOnce() {
        assertThat(roll.dead(Set.of("a", "b"), Set.of("a", "b"), 0)).isEmpty();
        assertThat(roll.dead(Set.of("a"), Set.of("a", "b"), 250)).containsExactly("b");
    }

    @Test
    void whoWasSeenBeforeItCouldBeJudgedIsDeadAtOnceAsWell() {
        roll.sighted(Set.of("a", "b"));
        assertThat(roll.dead(Set.of("a"), Set.of("a", "b"), 0)).containsExactly("b");
    }

    @Test
    void aLeaseIsEnoughToBeKnownAsAMember() {
        assertThat(roll.dead(Set.of("a", "b"), Set.of(), 0)).isEmpty();
        assertThat(roll.dead(Set.of("a"), Set.of(), 250)).containsExactly("b");
    }

    @Test
    void aDeathIsToldUntilItIsBuriedAndOnceOnly() {
        roll.dead(Set.of("a", "b"), Set.of(), 0);
        assertThat(roll.dead(Set.of("a"), Set.of("b"), 250)).containsExactly("b");
        assertThat(roll.dead(Set.of("a"), Set.of("b"), 500)).containsExactly("b");
        roll.bury("b");
        assertThat(roll.dead(Set.of("a"), Set.of("b"), 750)).isEmpty();
        assertThat(roll.dead(Set.of("a"), Set.of("b"), 10 * GRACE)).isEmpty();
    }

    @Test
    void whoComesBackToLifeCanDieAgain() {
        roll.dead(Set.of("b"), Set.of(), 0);
        roll.dead(Set.of(), Set.of(), 250);
        roll.bury("b");
        assertThat(roll.dead(Set.of("b"), Set.of("b"), 500)).isEmpty();
        assertThat(roll.dead(Set.of(), Set.of("b"), 750)).containsExactly("b");
    }

    @Test
    void aMemberThatWasNeverSeenAliveHasTimeToShowItself() {
        assertThat(roll.dead(Set.of(), Set.of("n"), 0)).isEmpty();
        assertThat(roll.dead(Set.of(), Set.of("n"), GRACE - 1)).isEmpty();
        assertThat(roll.dead(Set.of(), Set.of("n"), GRACE)).containsExactly("n");
    }

    @Test
    void whileRedisMayHaveBeenAwayNobodysTimeRuns() {
        roll.dead(Set.of(), Set.of("n"), 0);
        roll.sighted(Set.of());
        assertThat(roll.dead(Set.of(), Set.of("n"), GRACE)).isEmpty();
        assertThat(roll.dead(Set.of(), Set.of("n"), 2 * GRACE)).containsExactly("n");
    }
}
