package dev.millrace.chaos.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** How many runs went on at once. */
final class Together {

    private record Edge(long at, int step) {}

    private final List<Edge> edges;

    Together(List<Execution> runs) {
        // In one and the same millisecond whoever ended made room for whoever began.
        edges = runs.stream()
                .flatMap(run -> Stream.of(new Edge(run.start(), 1), new Edge(run.end(), -1)))
                .sorted(Comparator.comparingLong(Edge::at).thenComparingInt(Edge::step))
                .toList();
    }

    /** The moments at which there were more than this, in words. */
    List<String> over(int limit) {
        List<String> moments = new ArrayList<>();
        int now = 0;
        for (Edge edge : edges) {
            now += edge.step();
            if (edge.step() > 0 && now > limit) {
                moments.add(now + " at once at " + edge.at() + ", where " + limit + " may be");
            }
        }
        return moments;
    }
}
