package dev.millrace.contract;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@link Destinations} as members of a function's definition. Functions are named within the namespace. Stateless. */
final class DestinationsJson {

    static final String DEAD_LETTER = "deadLetter";
    static final String ON_SUCCESS = "onSuccess";
    static final String ON_FAILURE = "onFailure";

    private static final String FUNCTION = "function";
    private static final String TRIGGER = "trigger";
    private static final String KAFKA = "kafka";
    private static final String TOPIC = "topic";
    private static final Pattern TOPIC_NAME = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

    private DestinationsJson() {}

    /** Reads them; every mistake is noted. */
    static Destinations read(Fields definition, String namespace) {
        return new Destinations(
                deadLetter(definition, namespace),
                destination(definition, ON_SUCCESS, namespace),
                destination(definition, ON_FAILURE, namespace));
    }

    /** Writes what {@link #read} takes. */
    static void write(Destinations destinations, ObjectNode json) {
        switch (destinations.deadLetter()) {
            case DeadLetterTarget.OfFunction(FunctionRef function) ->
                json.putObject(DEAD_LETTER).put(FUNCTION, function.name());
            case DeadLetterTarget.OfTrigger(TriggerRef trigger) ->
                json.putObject(DEAD_LETTER).put(TRIGGER, trigger.function().name() + "/" + trigger.name());
            case DeadLetterTarget.OfKafka(String topic) ->
                json.putObject(DEAD_LETTER).putObject(KAFKA).put(TOPIC, topic);
            case null -> {}
        }
        if (destinations.onSuccess() != null) {
            json.putObject(ON_SUCCESS).put(FUNCTION, destinations.onSuccess().name());
        }
        if (destinations.onFailure() != null) {
            json.putObject(ON_FAILURE).put(FUNCTION, destinations.onFailure().name());
        }
    }

    private static @Nullable DeadLetterTarget deadLetter(Fields definition, String namespace) {
        Fields target = definition.object(DEAD_LETTER);
        if (target == null || !target.isObject()) {
            return null;
        }
        List<String> named =
                Stream.of(FUNCTION, TRIGGER, KAFKA).filter(target::has).toList();
        DeadLetterTarget found = null;
        if (named.size() == 1) {
            found = switch (named.getFirst()) {
                case FUNCTION -> ofFunction(target, namespace);
                case TRIGGER -> ofTrigger(target, namespace);
                default -> ofKafka(target);
            };
        }
        int mistakes = target.refuseUnknown();
        if (named.size() > 1) {
            definition.mistake(DEAD_LETTER, "must name one target, not " + String.join(" and ", named));
        } else if (named.isEmpty() && mistakes == 0) {
            definition.mistake(DEAD_LETTER, "must name its target: function, trigger or kafka");
        }
        return found;
    }

    private static @Nullable DeadLetterTarget ofFunction(Fields target, String namespace) {
        FunctionRef function = function(target, namespace);
        return function == null ? null : new DeadLetterTarget.OfFunction(function);
    }

    private static @Nullable DeadLetterTarget ofTrigger(Fields target, String namespace) {
        String text = target.text(TRIGGER, "");
        int slash = text.indexOf('/');
        String name = text.substring(slash + 1);
        if (slash < 0 || !FunctionRef.isName(text.substring(0, slash)) || !TriggerRef.isName(name)) {
            target.mistakeUnlessNoted(TRIGGER, "must be FUNCTION/TRIGGER, such as mend/api, not " + text);
            return null;
        }
        if (!FunctionRef.isNamespace(namespace)) {
            return null;
        }
        return new DeadLetterTarget.OfTrigger(
                new TriggerRef(new FunctionRef(namespace, text.substring(0, slash)), name));
    }

    private static @Nullable DeadLetterTarget ofKafka(Fields target) {
        Fields kafka = target.object(KAFKA);
        if (kafka == null || !kafka.isObject()) {
            return null;
        }
        String topic = kafka.requiredText(TOPIC);
        kafka.refuseUnknown();
        if (TOPIC_NAME.matcher(topic).matches()) {
            return new DeadLetterTarget.OfKafka(topic);
        }
        kafka.mistakeUnlessNoted(TOPIC, "must be a topic's name, 1 to 249 letters, digits, '.', - or _, not " + topic);
        return null;
    }

    private static @Nullable FunctionRef destination(Fields definition, String field, String namespace) {
        Fields target = definition.object(field);
        if (target == null || !target.isObject()) {
            return null;
        }
        FunctionRef function = null;
        if (target.has(FUNCTION)) {
            function = function(target, namespace);
        } else {
            target.mistake(FUNCTION, "is required");
        }
        target.refuseUnknown();
        return function;
    }

    private static @Nullable FunctionRef function(Fields target, String namespace) {
        String name = target.text(FUNCTION, "");
        if (!FunctionRef.isName(name)) {
            target.mistakeUnlessNoted(FUNCTION, "must be the name of a function in the same namespace, not " + name);
            return null;
        }
        return FunctionRef.isNamespace(namespace) ? new FunctionRef(namespace, name) : null;
    }
}
