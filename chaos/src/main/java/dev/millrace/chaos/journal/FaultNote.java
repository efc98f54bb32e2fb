package dev.millrace.chaos.journal;

/**
 * One fault that was made.
 *
 * @param number counted from 1
 * @param kind such as {@code worker-kill}
 * @param target such as {@code worker-2}
 * @param touches what it may explain
 * @param pid process number of the target, 0 when it is none
 * @param from when it began, milliseconds since 1970
 * @param until when it was over and everything was ready again
 * @param ready how long that took after the fault itself had ended, milliseconds
 */
public record FaultNote(
        int number, String kind, String target, Touches touches, long pid, long from, long until, long ready) {

    /** What a fault may do to an event. */
    public enum Touches {
        /** Runs of one worker are broken off, or their ends go unnoticed. */
        WORKER,
        /** Outcomes cannot be stored, positions not be committed, lanes change hands. */
        KAFKA,
        /** Claims and fences cannot be asked; explains a second run only together with a change of workers. */
        REDIS,
        /** Nothing that runs: an orderly restart, a front door that dies. */
        NOTHING
    }
}
