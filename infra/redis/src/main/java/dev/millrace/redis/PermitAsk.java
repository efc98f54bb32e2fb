package dev.millrace.redis;

import dev.millrace.contract.FunctionRef;

/**
 * What one worker holds of a function's permits, and wants.
 *
 * @param keep what it holds from now on, runs in progress included: what it was granted, or less when it gives back
 * @param want what it could use now
 * @param limit of the function
 * @param namespaceLimit of its namespace, or {@link #UNLIMITED}
 * @param afresh whether all that is kept are runs in progress, because the lease they had has ended
 */
public record PermitAsk(FunctionRef function, int keep, int want, int limit, int namespaceLimit, boolean afresh) {

    /** No limit. */
    public static final int UNLIMITED = -1;

    public PermitAsk {
        if (keep < 0 || want < 0 || limit < 0 || namespaceLimit < UNLIMITED) {
            throw new IllegalArgumentException("permits of " + function + " must not be negative");
        }
    }

    /** By somebody whose lease, for all he knows, has not ended. */
    public PermitAsk(FunctionRef function, int keep, int want, int limit, int namespaceLimit) {
        this(function, keep, want, limit, namespaceLimit, false);
    }

    /**
     * Whether a limit is so low that no worker is lent more than it wants, nor should keep more than it uses: even one for
     * each, and for one more that may come, would be half of it.
     */
    public static boolean isTight(int limit, int workers) {
        return limit < 2 * (workers + 1);
    }
}
