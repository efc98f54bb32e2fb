package dev.millrace.function;

import java.time.Duration;

/**
 * The invocation a handler is called for: who is called, which try this is, how much time is left.
 *
 * <p>A context belongs to one attempt. It may be handed to other threads the handler starts; once the handler has
 * returned, {@link #log} has no effect any more.
 */
public interface InvocationContext {

    /** Identifies the invocation to the outside; the same for all of its attempts. */
    String requestId();

    /** The namespace the function lives in. */
    String namespace();

    /** The function's name, unique in its namespace. */
    String functionName();

    /** The version being executed: a number, or {@code $LATEST}. */
    String functionVersion();

    /** Which try this is, counted from 1. */
    int attempt();

    /** The memory the function was configured with, in MB. */
    int memoryLimitMb();

    /** How long one attempt may take. */
    Duration timeLimit();

    /** How much of {@link #timeLimit()} is left now; never negative. */
    Duration remainingTime();

    /**
     * Adds a line to the invocation's log, where it is found by request ID. Lines are kept in the order of the calls;
     * of a very long log the beginning and the end are kept.
     *
     * @param line the text, without a line end
     */
    void log(String line);
}
