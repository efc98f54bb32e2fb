package dev.millrace.redis;

import java.util.Set;

/**
 * What a worker tells dispatchers that look for somebody to run a synchronous call. What it says was true a moment ago;
 * whether it can run a call now, it decides when it has it.
 *
 * @param worker its name
 * @param lease what it holds its partition by, never the same twice
 * @param open whether it takes calls: not before it reads its partition, and not when it is about to stop
 * @param freeSlots how many more functions in child processes it can run now
 * @param running how many runs it has now
 * @param runtimes languages for which it starts processes, by their names in definitions
 * @param handlers {@code namespace/name} of functions whose handlers are registered in it
 * @param warm {@code namespace/name} of functions it has run lately
 * @param full {@code namespace/name} of functions for which it has no permit left
 */
public record CallWorker(
        String worker,
        long lease,
        boolean open,
        int freeSlots,
        int running,
        Set<String> runtimes,
        Set<String> handlers,
        Set<String> warm,
        Set<String> full) {
    public CallWorker {
        runtimes = Set.copyOf(runtimes);
        handlers = Set.copyOf(handlers);
        warm = Set.copyOf(warm);
        full = Set.copyOf(full);
    }
}
