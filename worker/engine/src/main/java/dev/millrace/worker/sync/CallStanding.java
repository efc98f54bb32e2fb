package dev.millrace.worker.sync;

import dev.millrace.redis.CallWorker;

/** What a worker tells dispatchers of itself, asked four times a second; quick. */
@FunctionalInterface
public interface CallStanding {

    /**
     * How it stands now.
     *
     * @param lease what its partition is held by
     * @param open whether it takes calls
     */
    CallWorker worker(long lease, boolean open);
}
