package dev.millrace.chaos.nemesis;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Which faults are made, in which order: the same for the same seed. What they meet when they strike is not. */
public final class FaultPlan {

    private static final int TWO_AT_ONCE_PERCENT = 20;

    private final List<Step> steps;

    /**
     * One fault, or several at a time, and then some calm.
     *
     * @param faults at least one
     * @param calmMillis until the next step
     */
    record Step(List<Planned> faults, int calmMillis) {
        Step {
            faults = List.copyOf(faults);
        }
    }

    /**
     * A fault to be made.
     *
     * @param seed of what is drawn for it: its target and how long it takes
     */
    record Planned(FaultKind kind, long seed) {}

    private FaultPlan(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /**
     * So many faults, sometimes two at once.
     *
     * @param kinds what is drawn from
     */
    public static FaultPlan mixed(long seed, int faults, List<FaultKind> kinds) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Step> steps = new ArrayList<>();
        for (int left = faults; left > 0; ) {
            List<Planned> now = new ArrayList<>();
            now.add(drawn(kinds, random));
            if (left > 1 && random.nextInt(100) < TWO_AT_ONCE_PERCENT) {
                Planned second = drawn(kinds, random);
                while (second.kind().victim() == now.getFirst().kind().victim()) {
                    second = drawn(kinds, random);
                }
                now.add(second);
            }
            left -= now.size();
            steps.add(new Step(now, random.nextInt(300, 2_000)));
        }
        return new FaultPlan(steps);
    }

    /** So many faults of these kinds, one at a time, in turn. */
    public static FaultPlan of(long seed, int faults, List<FaultKind> kinds) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < faults; i++) {
            Planned planned = new Planned(kinds.get(i % kinds.size()), random.nextLong());
            steps.add(new Step(List.of(planned), random.nextInt(300, 2_000)));
        }
        return new FaultPlan(steps);
    }

    private static Planned drawn(List<FaultKind> kinds, SplittableRandom random) {
        int all = kinds.stream().mapToInt(FaultKind::weight).sum();
        int dice = random.nextInt(all);
        for (FaultKind kind : kinds) {
            dice -= kind.weight();
            if (dice < 0) {
                return new Planned(kind, random.nextLong());
            }
        }
        throw new IllegalStateException("the weights do not add up");
    }

    List<Step> steps() {
        return steps;
    }

    /** How many faults there are. */
    public int size() {
        return steps.stream().mapToInt(step -> step.faults().size()).sum();
    }
}
