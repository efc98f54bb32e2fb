package dev.millrace.worker.consume;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.TriggerDefinition;
import org.jspecify.annotations.Nullable;

/**
 * One event taken from a lane, to be brought to an outcome. Whatever becomes of it, it goes back once to {@link
 * EventConsumer#done} when the broker has its outcome (or its next attempt); until then its offset stays open.
 *
 * @param lane the assignment it came with
 * @param offset where it lies in the lane's partition
 * @param address the invocation: where the event was first stored
 * @param header what came with it; made up (accepted when the broker stored it, first attempt) when {@code unreadable}
 * @param trigger the trigger that brought it
 * @param event its bytes as received, empty if there were none; passed by reference, not to be changed
 * @param unreadable why its header cannot be believed, so that it ends as DEAD without being run; else {@code null}
 */
@SuppressWarnings("ArrayRecordComponent") // Events are passed through by reference on the hot path.
public record Delivery(
        LaneId lane,
        long offset,
        EventAddress address,
        EventHeader header,
        TriggerDefinition trigger,
        byte[] event,
        @Nullable String unreadable) {

    /** Whether somebody waits for its end: a synchronous call, which comes from no lane of a trigger. */
    public boolean isCall() {
        return address.isCall();
    }

    /** The function that is to run it. */
    public FunctionRef function() {
        return trigger.ref().function();
    }

    /** Whether another worker may have begun it: a later attempt's copy, or taken over from one that died. */
    public boolean mayHaveBegun() {
        return header.crashes() > 0 || header.origin() != null;
    }

    /** The same, of which it is known that so many workers may have died while they ran it; never fewer than before. */
    public Delivery crashed(int times) {
        return times <= header.crashes()
                ? this
                : new Delivery(lane, offset, address, header.withCrashes(times), trigger, event, unreadable);
    }
}
