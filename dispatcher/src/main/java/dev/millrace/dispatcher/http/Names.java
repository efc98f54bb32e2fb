package dev.millrace.dispatcher.http;

import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.program.Problem;
import dev.millrace.program.ProblemException;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;

/** What the names in a path stand for. What does not exist is answered 404, with the name that was probably meant. */
final class Names {

    private Names() {}

    /** The namespace in the path, if the path names one. */
    static Optional<String> namespace(Context context) {
        return Optional.ofNullable(context.pathParamMap().get("namespace"));
    }

    /** The name in the path as a function's full name, whether there is one or not. */
    static FunctionRef functionRef(Context context) {
        String namespace = namespace(context).orElse(FunctionRef.DEFAULT_NAMESPACE);
        String name = context.pathParam("function");
        if (!FunctionRef.isNamespace(namespace)) {
            throw Problem.malformed(
                            "a namespace has 1 to 30 letters, digits, - or _, starting with a letter: " + namespace)
                    .exception();
        }
        if (!FunctionRef.isName(name)) {
            throw Problem.malformed(
                            "a function's name has 2 to 60 letters, digits, - or _, starts with a letter and does"
                                    + " not end with - or _: " + name)
                    .exception();
        }
        return new FunctionRef(namespace, name);
    }

    static FunctionDefinition function(Context context, RegistryView view) {
        FunctionRef ref = functionRef(context);
        return view.function(ref).orElseThrow(() -> noFunction(ref, view));
    }

    static ProblemException noFunction(FunctionRef ref, RegistryView view) {
        List<String> names = view.functions(ref.namespace()).stream()
                .map(function -> function.ref().name())
                .toList();
        return Problem.notFound("there is no function " + ref.name() + " in namespace " + ref.namespace()
                        + Query.suggestion(ref.name(), names))
                .exception();
    }

    /** The trigger's full name in the path; its function must exist, it itself need not. */
    static TriggerRef triggerRef(Context context, RegistryView view) {
        FunctionDefinition function = function(context, view);
        String name = context.pathParam("trigger");
        if (!TriggerRef.isName(name)) {
            throw Problem.malformed(
                            "a trigger's name has 1 to 100 letters, digits, '.', - or _, starting with a letter: "
                                    + name)
                    .exception();
        }
        return new TriggerRef(function.ref(), name);
    }

    static TriggerDefinition trigger(Context context, RegistryView view) {
        TriggerRef ref = triggerRef(context, view);
        return view.trigger(ref).orElseThrow(() -> noTrigger(ref, view));
    }

    static ProblemException noTrigger(TriggerRef ref, RegistryView view) {
        List<String> names = view.triggersOf(ref.function()).stream()
                .map(trigger -> trigger.ref().name())
                .toList();
        return Problem.notFound("function " + ref.function().name() + " has no trigger " + ref.name()
                        + Query.suggestion(ref.name(), names))
                .exception();
    }
}
