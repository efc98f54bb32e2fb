package dev.millrace.contract;

/**
 * What is said of a namespace. One of which nothing was said exists all the same, without limits.
 *
 * @param name its name
 * @param limits what its functions share
 * @param revision raised by one with every change
 * @param createdAt epoch milliseconds
 * @param modifiedAt epoch milliseconds
 */
public record NamespaceDefinition(String name, NamespaceLimits limits, long revision, long createdAt, long modifiedAt) {

    public NamespaceDefinition {
        if (!FunctionRef.isNamespace(name) || revision < 1) {
            throw new IllegalArgumentException("not a namespace: " + name + ", revision " + revision);
        }
    }
}
