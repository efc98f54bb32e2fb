package dev.millrace.redis;

/**
 * What a worker was granted.
 *
 * @param granted what it may hold; at least what it said it keeps
 * @param share what is its due at present: what it holds beyond that, it should give back when it can
 * @param contended whether somebody wants more than there is
 * @param ended whether the lease had ended and what was to be kept is partly somebody else's: nothing was granted, and only
 *     what runs may be asked for, {@linkplain PermitAsk#afresh() afresh}
 */
public record PermitGrant(int granted, int share, boolean contended, boolean ended) {

    /** Of a lease that holds. */
    public PermitGrant(int granted, int share, boolean contended) {
        this(granted, share, contended, false);
    }
}
