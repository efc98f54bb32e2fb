package dev.millrace.chaos.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

    @Test
    void theSameSeedGivesTheSameFaults() {
        assertThat(mixed(7, 100).steps()).isEqualTo(mixed(7, 100).steps());
        assertThat(mixed(7, 100).steps()).isNotEqualTo(mixed(8, 100).steps());
    }

    @Test
    void thereAreAsManyFaultsAsWereAskedForAndTwoAtATimeHaveDifferentVictims() {
        FaultPlan plan = mixed(1, 200);

        assertThat(plan.size()).isEqualTo(200);
        assertThat(plan.steps())
                .allSatisfy(step -> assertThat(step.faults().stream()
                                .map(planned -> planned.kind().victim())
                                .collect(Collectors.toSet()))
                        .hasSameSizeAs(step.faults()));
        assertThat(plan.steps()).anySatisfy(step -> assertThat(step.faults()).hasSize(2));
    }

    @Test
    void aPlanOfSomeKindsTakesThemInTurn() {
        FaultPlan plan = FaultPlan.of(1, 3, List.of(FaultKind.REDIS_FLUSH, FaultKind.BROKER_KILL));

        assertThat(plan.steps().stream().map(step -> step.faults().getFirst().kind()))
                .containsExactly(FaultKind.REDIS_FLUSH, FaultKind.BROKER_KILL, FaultKind.REDIS_FLUSH);
    }

    private static FaultPlan mixed(long seed, int faults) {
        return FaultPlan.mixed(seed, faults, List.of(FaultKind.values()));
    }
}
