package dev.millrace.benchmarks.report;

import java.util.List;

/**
 * One measure, once per round.
 *
 * @param measure what was measured
 * @param unit of the values
 * @param rounds the values, in the order they were taken; at least one
 */
public record Figure(String measure, String unit, List<Double> rounds) {

    public Figure {
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("a figure without a round: " + measure);
        }
        rounds = List.copyOf(rounds);
    }

    /** The middle value; the mean of both middle ones of an even number. */
    public double median() {
        List<Double> sorted = rounds.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** The smallest value. */
    public double min() {
        return rounds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    /** The largest value. */
    public double max() {
        return rounds.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }
}
