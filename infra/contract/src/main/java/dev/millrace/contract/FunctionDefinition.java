package dev.millrace.contract;

import org.jspecify.annotations.Nullable;

/**
 * A function as the registry holds it.
 *
 * @param spec what its owner said
 * @param code its package; {@code null} when the handler is registered in an embedding Java program
 * @param version the version that runs, {@code $LATEST}
 * @param revision raised by one with every change
 * @param createdAt epoch milliseconds
 * @param modifiedAt epoch milliseconds
 */
public record FunctionDefinition(
        FunctionSpec spec, @Nullable CodeRef code, String version, long revision, long createdAt, long modifiedAt) {

    /** The version that follows every change. */
    public static final String LATEST = "$LATEST";

    /** Its full name. */
    public FunctionRef ref() {
        return spec.ref();
    }

    /** Whether only workers that registered a handler of this name can run it. */
    public boolean isEmbedded() {
        return code == null;
    }
}
