package dev.millrace.chaos.check;

/**
 * One run, put together from its lines in the ledger.
 *
 * @param worker process number of its worker
 * @param start milliseconds since 1970
 * @param end the same; {@link #NEVER} when the run broke off
 */
record Execution(String run, String key, String id, long worker, long start, long end) {

    static final long NEVER = Long.MAX_VALUE;

    boolean completed() {
        return end != NEVER;
    }
}
