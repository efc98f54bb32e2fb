package dev.millrace.benchmarks.limits;

import dev.millrace.benchmarks.stage.RunNotes.Life;
import dev.millrace.benchmarks.stage.RunNotes.Note;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How many runs there were at once over all processes, in the course of time: by what handlers noted, so that a run counts
 * from its handler's first to its last moment. Times are epoch milliseconds. Immutable.
 */
final class RunCurve {

    private final List<Step> steps;

    /** From this moment on so many were running; it became more by this when {@code up}. */
    private record Step(long at, boolean up, int running) {}

    private record Edge(long at, boolean up) {}

    private RunCurve(List<Step> steps) {
        this.steps = steps;
    }

    /** Of these processes; what runs in one that is killed ends with it. */
    static RunCurve of(List<Life> lives) {
        List<Edge> edges = new ArrayList<>();
        lives.forEach(life -> add(life, edges));
        // At the same moment one may have made room for the other.
        edges.sort(Comparator.comparingLong(Edge::at).thenComparing(Edge::up));
        List<Step> steps = new ArrayList<>();
        int running = 0;
        for (Edge edge : edges) {
            running += edge.up() ? 1 : -1;
            steps.add(new Step(edge.at(), edge.up(), running));
        }
        return new RunCurve(List.copyOf(steps));
    }

    private static void add(Life life, List<Edge> edges) {
        Set<Integer> open = new HashSet<>();
        for (Note note : life.notes()) {
            edges.add(new Edge(note.at(), note.begins()));
            if (note.begins()) {
                open.add(note.event());
            } else {
                open.remove(note.event());
            }
        }
        if (life.killedAt() != Life.NOT_KILLED) {
            open.forEach(event -> edges.add(new Edge(life.killedAt(), false)));
        }
    }

    /** The most at once. */
    int most(long from, long until) {
        int before = steps.stream()
                .filter(step -> step.at() < from)
                .reduce((earlier, later) -> later)
                .map(Step::running)
                .orElse(0);
        return steps.stream()
                .filter(step -> step.at() >= from && step.at() < until)
                .mapToInt(Step::running)
                .reduce(before, Math::max);
    }

    /** How long after this moment a run began with which there were so many. */
    long millisUntilReached(int running, long since) {
        return steps.stream()
                .filter(step -> step.at() >= since && step.up() && step.running() >= running)
                .mapToLong(step -> step.at() - since)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there were never " + running + " at once after that"));
    }

    /** How long after this moment, and before that one, a run began for the last time with which there were more; 0 if none did. */
    long millisUntilKept(int limit, long since, long until) {
        return steps.stream()
                .filter(step -> step.at() >= since && step.at() < until && step.up() && step.running() > limit)
                .mapToLong(step -> step.at() - since)
                .max()
                .orElse(0);
    }
}
