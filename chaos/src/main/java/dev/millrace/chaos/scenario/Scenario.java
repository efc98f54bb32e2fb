package dev.millrace.chaos.scenario;

import dev.millrace.chaos.nemesis.FaultKind;
import dev.millrace.chaos.nemesis.FaultPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The scenarios that can be asked for by name. */
public enum Scenario {
    MIXED("all kinds of faults, sometimes two at once", List.of()),
    CALM("no fault at all: every event runs exactly once", List.of()),
    WORKER_KILL("a worker is killed while it runs functions", List.of(FaultKind.WORKER_KILL)),
    WORKER_PAUSE("a worker is paused beyond its lease and wakes up", List.of(FaultKind.WORKER_PAUSE)),
    WORKER_CRASH_POINT("a worker dies at a chosen place in the code", List.of(FaultKind.WORKER_CRASH_POINT)),
    WORKER_RESTART("workers are restarted in order", List.of(FaultKind.WORKER_RESTART)),
    KILLING_EVENT("an event kills every worker that runs it", List.of(FaultKind.KILLING_EVENT)),
    POISON("records that cannot be read lie in the topics", List.of(FaultKind.POISON_RECORD)),
    DISPATCHER_KILL(
            "a dispatcher is killed, at a chosen place too",
            List.of(FaultKind.DISPATCHER_KILL, FaultKind.DISPATCHER_CRASH_POINT)),
    ROLLING_RESTART(
            "every program is restarted in order", List.of(FaultKind.DISPATCHER_RESTART, FaultKind.WORKER_RESTART)),
    BROKER_KILL("the broker is killed and comes back", List.of(FaultKind.BROKER_KILL)),
    KAFKA_NETWORK(
            "the network before Kafka is cut, stalled, slow",
            List.of(FaultKind.KAFKA_CUT, FaultKind.KAFKA_STALL, FaultKind.KAFKA_SLOW)),
    REDIS_KILL("Redis is killed and comes back", List.of(FaultKind.REDIS_KILL)),
    REDIS_NETWORK(
            "the network before Redis is cut, stalled, slow",
            List.of(FaultKind.REDIS_CUT, FaultKind.REDIS_STALL, FaultKind.REDIS_SLOW)),
    REDIS_FLUSH("Redis forgets everything", List.of(FaultKind.REDIS_FLUSH)),
    REDIS_FULL(
            "Redis refuses writes: out of memory, read-only", List.of(FaultKind.REDIS_FULL, FaultKind.REDIS_READONLY));

    private final String what;

    @SuppressWarnings("ImmutableEnumChecker") // Each is a List.of.
    private final List<FaultKind> kinds;

    Scenario(String what, List<FaultKind> kinds) {
        this.what = what;
        this.kinds = kinds;
    }

    /** Such as {@code worker-kill}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What happens in it, in a few words. */
    public String what() {
        return what;
    }

    /** The scenario of this name. */
    public static Optional<Scenario> of(String text) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.text().equals(text))
                .findFirst();
    }

    /** What is done in it. */
    public FaultPlan plan(long seed, int faults) {
        return switch (this) {
            case MIXED -> FaultPlan.mixed(seed, faults);
            case CALM -> FaultPlan.of(seed, 0, kinds);
            default -> FaultPlan.of(seed, faults, kinds);
        };
    }
}
