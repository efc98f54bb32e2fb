package dev.millrace.contract;

import java.util.regex.Pattern;

/**
 * A trigger's full name: the function it belongs to and its name there.
 *
 * <p>SCF: up to 60 characters, letters, digits, {@code -} and {@code _}, starts with a letter; dots as well, because
 * COS triggers carry the bucket's domain as their name.
 */
public record TriggerRef(FunctionRef function, String name) implements Comparable<TriggerRef> {

    /** Name of the trigger every function has from the start: asynchronous calls of the API. */
    public static final String API = "api";

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,99}");

    public TriggerRef {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a trigger name: " + name);
        }
    }

    /** Whether a trigger can have this name. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    @Override
    public int compareTo(TriggerRef other) {
        int byFunction = function.compareTo(other.function);
        return byFunction != 0 ? byFunction : name.compareTo(other.name);
    }

    /** {@code namespace/function/trigger}. */
    @Override
    public String toString() {
        return function + "/" + name;
    }
}
