package dev.millrace.redis;

import dev.millrace.contract.FunctionRef;

/**
 * What one worker holds of a function's permits, and wants.
 *
 * @param keep what it holds from now on, runs in progress included: what it was granted, or less when it gives back
 * @param want what it could use now
 * @param limit of the function
 * @param namespaceLimit of its namespace, or {@link #UNLIMITED}
 */
public record PermitAsk(FunctionRef function, int keep, int want, int limit, int namespaceLimit) {

    /** No limit. */
    public static final int UNLIMITED = -1;

    public PermitAsk {
        if (keep < 0 || want < 0 || limit < 0 || namespaceLimit < UNLIMITED) {
            throw new IllegalArgumentException("permits of " + function + " must not be negative");
        }
    }
}
