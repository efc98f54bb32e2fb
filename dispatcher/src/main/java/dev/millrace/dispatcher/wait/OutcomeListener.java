package dev.millrace.dispatcher.wait;

import dev.millrace.contract.OutcomePack;

/** Told of one invocation's outcomes as they enter the outcome log. Called on the tail's thread: must not block. */
public interface OutcomeListener {

    /**
     * An attempt, or the invocation, ended; the entry carries the attempt's log. The same outcome may be told twice.
     *
     * @param outcome with a status that is terminal when nothing follows
     */
    void ended(OutcomePack.Entry outcome);

    /** The dispatcher stops; nothing more will be told. */
    default void tailClosed() {}
}
