package dev.millrace.kafka.registry;

import dev.millrace.contract.DeadLetterTarget;
import dev.millrace.contract.Destinations;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Mistake;
import dev.millrace.contract.NearMiss;
import dev.millrace.contract.TriggerRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whom a function may pass its ends on to: functions and triggers that exist, and never, over whatever other functions,
 * back to itself. Pure.
 */
final class DestinationRules {

    private DestinationRules() {}

    /** Everything that speaks against these destinations. */
    static List<Mistake> against(FunctionRef function, Destinations wanted, RegistryView state) {
        List<Mistake> mistakes = new ArrayList<>();
        switch (wanted.deadLetter()) {
            case DeadLetterTarget.OfFunction(FunctionRef target) ->
                check("deadLetter.function", function, target, state, mistakes);
            case DeadLetterTarget.OfTrigger(TriggerRef target) -> {
                int before = mistakes.size();
                check("deadLetter.trigger", function, target.function(), state, mistakes);
                if (mistakes.size() == before && state.trigger(target).isEmpty()) {
                    mistakes.add(new Mistake("deadLetter.trigger", noTrigger(target, state)));
                }
            }
            case DeadLetterTarget.OfKafka topic -> {} // Whether it exists is not known here.
            case null -> {}
        }
        check("onSuccess.function", function, wanted.onSuccess(), state, mistakes);
        check("onFailure.function", function, wanted.onFailure(), state, mistakes);
        return mistakes;
    }

    private static void check(
            String field,
            FunctionRef function,
            @Nullable FunctionRef target,
            RegistryView state,
            List<Mistake> mistakes) {
        if (target == null) {
            return;
        }
        if (!target.equals(function) && state.function(target).isEmpty()) {
            mistakes.add(new Mistake(field, noFunction(target, state)));
            return;
        }
        wayBack(target, function, state)
                .ifPresent(way -> mistakes.add(new Mistake(
                        field,
                        "goes round in a loop: " + function.name() + " → "
                                + way.stream().map(FunctionRef::name).collect(Collectors.joining(" → ")))));
    }

    /** How what the first function passes on comes to the last one; empty when it never does. */
    private static Optional<List<FunctionRef>> wayBack(FunctionRef first, FunctionRef last, RegistryView state) {
        Map<FunctionRef, FunctionRef> cameFrom = new HashMap<>();
        Deque<FunctionRef> next = new ArrayDeque<>(List.of(first));
        while (!next.isEmpty()) {
            FunctionRef here = next.poll();
            if (here.equals(last)) {
                return Optional.of(way(first, last, cameFrom));
            }
            for (FunctionRef further : passesOnTo(here, state)) {
                if (!further.equals(first) && cameFrom.putIfAbsent(further, here) == null) {
                    next.add(further);
                }
            }
        }
        return Optional.empty();
    }

    private static List<FunctionRef> way(FunctionRef first, FunctionRef last, Map<FunctionRef, FunctionRef> cameFrom) {
        List<FunctionRef> way = new ArrayList<>(List.of(last));
        while (!way.getFirst().equals(first)) {
            way.addFirst(cameFrom.get(way.getFirst()));
        }
        return way;
    }

    private static List<FunctionRef> passesOnTo(FunctionRef function, RegistryView state) {
        return state.function(function)
                .map(FunctionDefinition::spec)
                .map(spec -> spec.destinations().functions())
                .orElse(List.of());
    }

    private static String noFunction(FunctionRef target, RegistryView state) {
        List<String> names = state.functions(target.namespace()).stream()
                .map(known -> known.ref().name())
                .toList();
        return "there is no function " + target.name() + " in namespace " + target.namespace()
                + suggestion(target.name(), names);
    }

    private static String noTrigger(TriggerRef target, RegistryView state) {
        List<String> names = state.triggersOf(target.function()).stream()
                .map(known -> known.ref().name())
                .toList();
        return "function " + target.function().name() + " has no trigger " + target.name()
                + suggestion(target.name(), names);
    }

    private static String suggestion(String name, List<String> known) {
        return NearMiss.of(name, known)
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
    }
}
