package dev.millrace.chaos.check;

/**
 * An invocation in its terminal state, as the API shows it.
 *
 * @param attempts how many attempts it lists
 * @param run which run its result is of; empty when it has none
 * @param errorType of an invocation that did not succeed; may be empty
 * @param hash of everything the API says about it
 */
record Ended(String id, String status, int attempts, String run, String errorType, String hash) {

    boolean duplicate() {
        return status.equals("DUPLICATE");
    }
}
