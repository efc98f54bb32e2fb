package dev.millrace.worker.execute;

/** What runs a function: a registered handler, instances in child processes, or nobody, for a reason. Thread-safe. */
interface FunctionRunner extends AutoCloseable {

    /** Where its runs take place, which decides what they need. */
    enum Place {
        /** On a virtual thread of this process; the worker watches the time limit. */
        HERE,
        /** In a child process: needs a slot and blocks a thread; the instance watches the time limit. */
        CHILD_PROCESS
    }

    Place place();

    /** Runs one attempt to its end, whatever that is; never throws. */
    Run run(OngoingAttempt attempt);

    /**
     * Ends a run that is under way in a child process, as soon as it has one. Asked again, it changes nothing.
     *
     * @param graceful whether it has until its time limit to end in its own way
     */
    default void cancel(OngoingAttempt attempt, boolean graceful) {}

    /** Lets go of what it holds, once its present runs have ended. Does not wait for them. */
    @Override
    void close();

    /** Ends this run now, if it is in a process of its own; the runner's {@link #run} returns soon after. */
    default void stop(OngoingAttempt attempt) {}
}
