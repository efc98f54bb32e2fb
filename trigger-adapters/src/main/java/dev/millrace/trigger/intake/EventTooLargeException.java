package dev.millrace.trigger.intake;

import dev.millrace.contract.Limits;
import dev.millrace.contract.TriggerRef;

/** An event beyond the size that asynchronous invocations take. It was not accepted and never will be. */
public final class EventTooLargeException extends Exception {

    private static final long serialVersionUID = 1L;

    EventTooLargeException(TriggerRef trigger, int bytes) {
        super("an event of " + bytes + " bytes for " + trigger + " is larger than the " + Limits.ASYNC_EVENT_BYTES
                + " bytes an asynchronous invocation takes");
    }
}
