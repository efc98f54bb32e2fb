package dev.millrace.redis;

/**
 * Whose run of an event of a lane it is.
 *
 * @param worker who claims it
 * @param attempt counted from 1
 * @param done whether the run is over and its outcome is in the outcome log
 */
public record Claim(String worker, int attempt, boolean done) {

    /** The worker of a run that was broken off: no process has this name. */
    static final String NOBODY = "";

    /** The same run, which its worker has broken off. */
    Claim letGo() {
        return new Claim(NOBODY, attempt, done);
    }
}
