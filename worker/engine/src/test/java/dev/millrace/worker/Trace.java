package dev.millrace.worker;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** How many ran at once, by the starts and ends in the outcome log. */
final class Trace {

    private record Edge(long at, int step) {}

    private final List<Edge> edges;

    private Trace(List<Edge> edges) {
        this.edges = edges;
    }

    /** That of these events, whose outcomes are waited for. */
    static Trace of(Fleet fleet, Collection<EventAddress> events) {
        List<Edge> edges = new ArrayList<>();
        for (EventAddress event : events) {
            Outcome outcome = fleet.outcome(event);
            for (Attempt attempt : outcome.attempts()) {
                edges.add(new Edge(attempt.startedAt(), 1));
                edges.add(new Edge(attempt.endedAt(), -1));
            }
        }
        // In one and the same millisecond whoever ended made room for whoever began.
        edges.sort(Comparator.comparingLong(Edge::at).thenComparingInt(Edge::step));
        return new Trace(edges);
    }

    /** The most at any moment. */
    int most() {
        return mostBetween(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** The most at any moment between these two, in epoch milliseconds. */
    int mostBetween(long from, long to) {
        int now = 0;
        int most = 0;
        for (Edge edge : edges) {
            if (edge.at() > from) {
                most = Math.max(most, now);
            }
            if (edge.at() > to) {
                return most;
            }
            now += edge.step();
        }
        return Math.max(most, now);
    }

    /** How many began between these two moments. */
    long begunBetween(long from, long to) {
        return edges.stream()
                .filter(edge -> edge.step() > 0 && edge.at() >= from && edge.at() <= to)
                .count();
    }
}
