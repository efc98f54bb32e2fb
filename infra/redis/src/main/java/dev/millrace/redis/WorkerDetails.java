package dev.millrace.redis;

import java.util.Map;

/**
 * What a worker tells about itself, and others see in the list of workers.
 *
 * @param worker its name, unique while it lives
 * @param host where it runs
 * @param version of Millrace
 * @param startedAt epoch milliseconds
 * @param slots how many invocations it can run at once
 * @param running how many it runs now
 * @param functions {@code namespace/name} of functions it has run lately, with how many of each run now
 */
public record WorkerDetails(
        String worker,
        String host,
        String version,
        long startedAt,
        int slots,
        int running,
        Map<String, Integer> functions) {
    public WorkerDetails {
        functions = Map.copyOf(functions);
    }
}
