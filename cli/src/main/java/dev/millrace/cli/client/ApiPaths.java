package dev.millrace.cli.client;

import dev.millrace.cli.shell.Failure;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.TriggerRef;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Paths of the HTTP interface. Pure. */
public final class ApiPaths {

    private ApiPaths() {}

    /** Path of the functions of a namespace. */
    public static String functions(String namespace) {
        if (!FunctionRef.isNamespace(namespace)) {
            throw Failure.usage(
                    "'" + namespace + "' is no namespace: 1 to 30 letters, digits, - or _, starting with a letter");
        }
        return namespace.equals(FunctionRef.DEFAULT_NAMESPACE)
                ? "/v1/functions"
                : "/v1/namespaces/" + namespace + "/functions";
    }

    public static String function(String namespace, String name) {
        if (!FunctionRef.isName(name)) {
            throw Failure.usage(
                            "'" + name + "' is no name of a function: 2 to 60 letters, digits, - or _, starting with a"
                                    + " letter and not ending with - or _")
                    .next("millrace fn list");
        }
        return functions(namespace) + "/" + name;
    }

    /** Path of a trigger written as {@code FUNCTION/TRIGGER}. */
    public static String trigger(String namespace, String functionAndTrigger) {
        int slash = functionAndTrigger.indexOf('/');
        String name = functionAndTrigger.substring(slash + 1);
        if (slash < 0 || !TriggerRef.isName(name)) {
            throw Failure.usage(
                            "'" + functionAndTrigger + "' is no trigger: write FUNCTION/TRIGGER, such as hello/nightly")
                    .next("millrace trigger list");
        }
        return function(namespace, functionAndTrigger.substring(0, slash)) + "/triggers/" + name;
    }

    public static String invocation(String requestId) {
        return "/v1/invocations/" + segment(requestId);
    }

    /** Any text as one segment of a path. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
