package dev.millrace.contract;

/**
 * What is said of a namespace. One of which nothing was said exists all the same, without limits.
 *
 * @param name its name
 * @param concurrency how many runs of its functions there may be at once over the whole fleet, or {@link #UNLIMITED}; 0
 *     pauses them all
 * @param revision raised by one with every change
 * @param createdAt epoch milliseconds
 * @param modifiedAt epoch milliseconds
 */
public record NamespaceDefinition(String name, int concurrency, long revision, long createdAt, long modifiedAt) {

    /** No limit but those of the functions. */
    public static final int UNLIMITED = -1;

    public NamespaceDefinition {
        if (!FunctionRef.isNamespace(name) || concurrency < UNLIMITED || revision < 1) {
            throw new IllegalArgumentException("not a namespace: " + name + ", concurrency " + concurrency);
        }
    }

    /** Whether its functions share a limit. */
    public boolean isLimited() {
        return concurrency != UNLIMITED;
    }
}
