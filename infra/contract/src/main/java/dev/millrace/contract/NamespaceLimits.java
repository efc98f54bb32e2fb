package dev.millrace.contract;

import java.util.Optional;

/**
 * What the functions of a namespace share.
 *
 * @param concurrency how many runs of them there may be at once over the whole fleet, or {@link #UNLIMITED}; 0 pauses them
 *     all
 * @param rate how fast events of all of them together may be accepted; empty: as fast as each of them takes them
 */
public record NamespaceLimits(int concurrency, Optional<RateLimit> rate) {

    /** No limit of runs but those of the functions. */
    public static final int UNLIMITED = -1;

    /** Nothing is shared. */
    public static final NamespaceLimits NONE = new NamespaceLimits(UNLIMITED, Optional.empty());

    public NamespaceLimits {
        if (concurrency < UNLIMITED) {
            throw new IllegalArgumentException("no limit of runs: " + concurrency);
        }
    }

    /** Whether the runs of its functions are limited together. */
    public boolean isConcurrencyLimited() {
        return concurrency != UNLIMITED;
    }
}
