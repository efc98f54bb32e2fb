package dev.millrace.chaos.journal;

/**
 * One line of the ledger, which functions write themselves: a run has begun, or has come to its end.
 *
 * @param what {@code start} or {@code end}
 * @param run a name of this run alone
 * @param key the event's key
 * @param id the request ID, from the handler's context
 * @param worker the worker's process number
 * @param at milliseconds since 1970
 */
public record Run(String what, String run, String key, String id, long worker, long at) {

    public boolean begins() {
        return what.equals("start");
    }
}
