package dev.millrace.chaos.scenario;

import dev.millrace.chaos.nemesis.FaultKind;
import dev.millrace.chaos.nemesis.FaultPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The scenarios that can be asked for by name. */
public enum Scenario {
    MIXED("F31", "all kinds of faults, sometimes two at once"),
    CALM("-", "no fault at all: every event runs exactly once"),
    WORKER_KILL("F1", "a worker is killed while it runs functions", FaultKind.WORKER_KILL),
    WORKER_PAUSE("F2", "a worker is paused beyond its lease and wakes up", FaultKind.WORKER_PAUSE),
    WORKER_CRASH_POINT("F3", "a worker dies at a chosen place in the code", FaultKind.WORKER_CRASH_POINT),
    BROKER_KILL("F4", "the broker is killed and comes back", FaultKind.BROKER_KILL, FaultKind.BROKER_RESTART),
    REDIS_KILL("F6", "Redis is killed and comes back", FaultKind.REDIS_KILL),
    REDIS_NETWORK(
            "F7",
            "the network before Redis stalls, is cut, is slow",
            FaultKind.REDIS_STALL,
            FaultKind.REDIS_CUT,
            FaultKind.REDIS_SLOW),
    REDIS_FLUSH("F8", "Redis forgets everything", FaultKind.REDIS_FLUSH),
    REDIS_FULL("F9", "Redis refuses writes: out of memory, read-only", FaultKind.REDIS_FULL, FaultKind.REDIS_READONLY),
    LIMITS("-", "Redis is away for a minute while a concurrency limit is in use", FaultKind.REDIS_AWAY),
    KAFKA_NETWORK(
            "F11, F12",
            "the network before Kafka is cut, stalls, is slow",
            FaultKind.KAFKA_CUT,
            FaultKind.KAFKA_STALL,
            FaultKind.KAFKA_SLOW),
    REBALANCE_STORM("F13", "workers come and go in order, one after the other", FaultKind.WORKER_RESTART),
    DISPATCHER_KILL(
            "F14",
            "a dispatcher dies, also between storing an event and answering",
            FaultKind.DISPATCHER_CRASH_POINT,
            FaultKind.DISPATCHER_KILL),
    SYNC_DISPATCHER_KILL("F15", "a dispatcher dies while 200 callers wait there", FaultKind.DISPATCHER_KILL),
    SYNC_WORKER_KILL("F15", "a worker dies while it runs what callers wait for", FaultKind.WORKER_KILL),
    ADAPTERS_KILL("F16", "the process that owns a timer dies between its ticks", FaultKind.ADAPTERS_KILL),
    POISON("F17", "records that cannot be read lie in the topics", FaultKind.POISON_RECORD),
    KILLING_EVENT("F17", "an event kills every worker that runs it", FaultKind.KILLING_EVENT),
    CLOCK_JUMP("F20", "the clock of one program jumps, there and back", FaultKind.CLOCK_JUMP),
    RETRY_STORM("F21", "what a function depends on fails for a while", FaultKind.OUTAGE),
    BACKLOG("F23", "no worker is there for a while", FaultKind.NO_WORKERS),
    REDEPLOY("F24", "the function is deployed anew while its events wait and run", FaultKind.REDEPLOY),
    ROLLING_RESTART(
            "F26, F27", "every program is restarted in order", FaultKind.DISPATCHER_RESTART, FaultKind.WORKER_RESTART);

    private static final int SCARCE = 4;
    private static final int PLENTY = 300;

    private final String row;
    private final String what;

    @SuppressWarnings("ImmutableEnumChecker") // Each is a List.of.
    private final List<FaultKind> kinds;

    /**
     * A scenario.
     *
     * @param row of the fault matrix
     * @param kinds what is made, in turn
     */
    Scenario(String row, String what, FaultKind... kinds) {
        this.row = row;
        this.what = what;
        this.kinds = List.of(kinds);
    }

    /** Such as {@code worker-kill}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Which row of the fault matrix it stands for. */
    public String row() {
        return row;
    }

    /** Whether this machine has what it takes. */
    public boolean isPossible() {
        return kinds.stream().allMatch(FaultKind::isPossible);
    }

    /** How many runs of the test function there may be at once: more than there ever are, unless this is what is tested. */
    public int concurrency() {
        return this == LIMITS ? SCARCE : PLENTY;
    }

    /** What happens in it, in a few words. */
    public String what() {
        return what;
    }

    /** How many callers wait at each dispatcher; 0 when events are sent instead and nobody waits. */
    public int callers() {
        return switch (this) {
            case SYNC_DISPATCHER_KILL -> 200;
            case SYNC_WORKER_KILL -> 50;
            default -> 0;
        };
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
            case MIXED ->
                FaultPlan.mixed(
                        seed,
                        faults,
                        Arrays.stream(FaultKind.values())
                                .filter(FaultKind::isPossible)
                                .toList());
            case CALM -> FaultPlan.of(seed, 0, kinds);
            default -> FaultPlan.of(seed, faults, kinds);
        };
    }
}
