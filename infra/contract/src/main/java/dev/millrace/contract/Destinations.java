package dev.millrace.contract;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of the ends of a function's invocations.
 *
 * @param deadLetter gets what is given up, in SCF's form; else {@code null}
 * @param onSuccess is called with what succeeded; else {@code null}
 * @param onFailure is called with what is given up; else {@code null}
 */
public record Destinations(
        @Nullable DeadLetterTarget deadLetter,
        @Nullable FunctionRef onSuccess,
        @Nullable FunctionRef onFailure) {

    /** Nobody. */
    public static final Destinations NONE = new Destinations(null, null, null);

    /** How often one event's end may be passed on, from function to function. */
    public static final int MAX_HOPS = 16;

    /** The functions that get events by it. */
    public List<FunctionRef> functions() {
        List<FunctionRef> functions = new ArrayList<>(3);
        switch (deadLetter) {
            case DeadLetterTarget.OfFunction(FunctionRef function) -> functions.add(function);
            case DeadLetterTarget.OfTrigger(TriggerRef trigger) -> functions.add(trigger.function());
            case DeadLetterTarget.OfKafka topic -> {} // Nobody of ours.
            case null -> {}
        }
        if (onSuccess != null) {
            functions.add(onSuccess);
        }
        if (onFailure != null) {
            functions.add(onFailure);
        }
        return functions;
    }
}
