package dev.millrace.dispatcher.http;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;
import dev.millrace.redis.RunningRun;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one invocation at one moment.
 *
 * @param address which
 * @param trigger its trigger and function, by the names they had
 * @param type kind of the trigger
 * @param status where it stands
 * @param waitingFor why it does not run now; {@code null} when it runs, has ended, or nothing holds it up
 * @param acceptedAt epoch milliseconds
 * @param outcome the latest recorded outcome: of the whole when it has ended, of the last attempt when another follows,
 *     {@code null} before the first
 * @param running the run under way, if it has been running for a while; else {@code null}
 * @param replayOf the invocation that it repeats; else {@code null}
 */
record InvocationView(
        EventAddress address,
        TriggerRef trigger,
        TriggerType type,
        Status status,
        @Nullable String waitingFor,
        long acceptedAt,
        @Nullable Outcome outcome,
        @Nullable RunningRun running,
        @Nullable EventAddress replayOf) {

    boolean hasEnded() {
        return status.isTerminal();
    }
}
