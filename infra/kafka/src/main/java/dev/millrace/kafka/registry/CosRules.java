package dev.millrace.kafka.registry;

import dev.millrace.contract.Mistake;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import java.util.Collection;
import java.util.Optional;

/**
 * Which COS triggers may stand side by side. SCF: an event triggers at most one function, so rules on the same bucket
 * whose event types, prefixes and suffixes all overlap are refused; a function has at most ten COS triggers. Triggers
 * that are switched off take part in nothing. Pure.
 */
final class CosRules {

    static final int MAX_PER_FUNCTION = 10;

    private CosRules() {}

    /** What speaks against switching this trigger on beside the others; its own former definition is passed over. */
    static Optional<Mistake> against(TriggerRef ref, TriggerSpec.Cos wanted, Collection<TriggerDefinition> others) {
        int ofFunction = 0;
        for (TriggerDefinition other : others) {
            if (other.ref().equals(ref) || !(other.spec() instanceof TriggerSpec.Cos present)) {
                continue;
            }
            if (other.ref().function().equals(ref.function())) {
                ofFunction++;
            }
            if (other.enabled() && overlap(wanted, present)) {
                return Optional.of(new Mistake(
                        "",
                        "its rule overlaps with that of the trigger " + other.ref() + " on the bucket "
                                + present.bucket() + ": an object event goes to one function only; set prefix, suffix"
                                + " or events apart"));
            }
        }
        return ofFunction >= MAX_PER_FUNCTION
                ? Optional.of(new Mistake("", "a function has at most " + MAX_PER_FUNCTION + " COS triggers"))
                : Optional.empty();
    }

    /** Whether some event could match both. */
    static boolean overlap(TriggerSpec.Cos one, TriggerSpec.Cos other) {
        return one.bucket().equals(other.bucket())
                && (one.prefix().startsWith(other.prefix()) || other.prefix().startsWith(one.prefix()))
                && (one.suffix().endsWith(other.suffix()) || other.suffix().endsWith(one.suffix()))
                && one.events().stream()
                        .anyMatch(event -> other.events().stream().anyMatch(second -> overlap(event, second)));
    }

    private static boolean overlap(String event, String other) {
        return event.equals(other) || covers(event, other) || covers(other, event);
    }

    private static boolean covers(String pattern, String event) {
        return pattern.endsWith("*") && event.startsWith(pattern.substring(0, pattern.length() - 1));
    }
}
