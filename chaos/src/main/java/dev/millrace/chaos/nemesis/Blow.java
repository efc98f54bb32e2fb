package dev.millrace.chaos.nemesis;

/**
 * What a fault has hit.
 *
 * @param target such as {@code worker-2}
 * @param pid the process that was hit; 0 when it is none
 * @param from when, milliseconds since 1970
 * @param over when the fault itself was over: what was taken away has been given back, but may not be ready yet
 */
record Blow(String target, long pid, long from, long over) {}
