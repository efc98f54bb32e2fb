package dev.millrace.benchmarks.drain;

/**
 * What a way of draining did.
 *
 * @param events how many were in Redis at the end
 * @param nanos from the moment the first event was at hand to the moment the last was in Redis
 */
record Drained(long events, long nanos) {

    double eventsPerMilli() {
        return events * 1e6 / nanos;
    }

    String words() {
        return events + " " + nanos;
    }

    static Drained ofWords(String words) {
        String[] both = words.split(" ", -1);
        return new Drained(Long.parseLong(both[0]), Long.parseLong(both[1]));
    }
}
