package dev.millrace.dispatcher.dead;

import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.Status;
import java.util.Optional;
import java.util.Set;

/**
 * Which dead letters are meant: those that meet every condition.
 *
 * @param namespace of the function
 * @param function its name
 * @param trigger the trigger's name
 * @param reasons any of these; empty: all
 * @param errorType type of the last error
 * @param since epoch milliseconds, inclusive
 * @param until epoch milliseconds, exclusive
 */
public record DeadLetterFilter(
        Optional<String> namespace,
        Optional<String> function,
        Optional<String> trigger,
        Set<Status> reasons,
        Optional<String> errorType,
        long since,
        long until) {

    /** Every one. */
    public static final DeadLetterFilter ALL = new DeadLetterFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            Optional.empty(),
            Long.MIN_VALUE,
            Long.MAX_VALUE);

    public DeadLetterFilter {
        reasons = Set.copyOf(reasons);
    }

    boolean takes(DeadLetter letter) {
        return letter.deadAt() >= since
                && letter.deadAt() < until
                && (reasons.isEmpty() || reasons.contains(letter.reason()))
                && isMet(namespace, letter.trigger().function().namespace())
                && isMet(function, letter.trigger().function().name())
                && isMet(trigger, letter.trigger().name())
                && isMet(errorType, letter.error().type());
    }

    private static boolean isMet(Optional<String> wanted, String value) {
        return wanted.isEmpty() || wanted.get().equals(value);
    }
}
