package dev.millrace.contract;

import java.util.regex.Pattern;

/**
 * A function's full name: the namespace and its name in it.
 *
 * <p>SCF: 2–60 characters, letters, digits, {@code -} and {@code _}, starts with a letter, does not end with
 * {@code -} or {@code _}; a namespace likewise, up to 30 characters.
 */
public record FunctionRef(String namespace, String name) implements Comparable<FunctionRef> {

    /** The namespace that always exists. */
    public static final String DEFAULT_NAMESPACE = "default";

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]");
    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z]([A-Za-z0-9_-]{0,28}[A-Za-z0-9])?");

    public FunctionRef {
        if (!isNamespace(namespace)) {
            throw new IllegalArgumentException("not a namespace: " + namespace);
        }
        if (!isName(name)) {
            throw new IllegalArgumentException("not a function name: " + name);
        }
    }

    /** A function of the namespace {@link #DEFAULT_NAMESPACE}. */
    public static FunctionRef of(String name) {
        return new FunctionRef(DEFAULT_NAMESPACE, name);
    }

    /** Whether a function can have this name. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Whether a namespace can have this name. */
    public static boolean isNamespace(String text) {
        return NAMESPACE.matcher(text).matches();
    }

    @Override
    public int compareTo(FunctionRef other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    /** {@code namespace/name}; no function's name holds a slash. */
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
