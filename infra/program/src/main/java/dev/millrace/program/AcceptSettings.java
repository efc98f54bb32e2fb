package dev.millrace.program;

import dev.millrace.contract.Limits;
import dev.millrace.contract.QueueSpec;

/**
 * What a program that accepts events holds itself to.
 *
 * @param queueLimit events that may be accepted and not ended in the queue of one trigger, unless its function's
 *     definition says otherwise; the same in every program of an installation
 */
public record AcceptSettings(int queueLimit) {

    /** What SCF does. */
    public static final AcceptSettings DEFAULT = new AcceptSettings(Limits.QUEUE_DEPTH);

    /** Reads {@code queue-limit}. */
    public static AcceptSettings from(Settings settings) {
        return new AcceptSettings(
                settings.number("queue-limit", Limits.QUEUE_DEPTH, QueueSpec.LEAST_LIMIT, QueueSpec.MOST_LIMIT));
    }
}
