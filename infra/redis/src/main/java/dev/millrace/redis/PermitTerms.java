package dev.millrace.redis;

import java.time.Duration;

/**
 * How permits are leased.
 *
 * @param ttl how long a lease holds after its last renewal
 * @param silence after so long without a word from any worker, Redis is taken to have been away: nobody could renew
 * @param slice how long those who share a limit that cannot be shared evenly have their turn
 * @param growth how many instances may be started in a minute over the whole fleet
 */
public record PermitTerms(Duration ttl, Duration silence, Duration slice, int growth) {

    /** SCF: "up to 500 new concurrent instances can be started in one minute". */
    public static final PermitTerms USUAL =
            new PermitTerms(Duration.ofSeconds(8), Duration.ofSeconds(3), Duration.ofSeconds(1), 500);

    public PermitTerms {
        if (silence.compareTo(ttl) >= 0) {
            throw new IllegalArgumentException(
                    "leases of " + ttl + " would end in a silence that is noticed after " + silence);
        }
        if (ttl.toMillis() < 1 || silence.toMillis() < 1 || slice.toMillis() < 1 || growth < 0) {
            throw new IllegalArgumentException("times of leases must be positive");
        }
    }
}
