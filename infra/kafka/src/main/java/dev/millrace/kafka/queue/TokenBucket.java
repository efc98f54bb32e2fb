package dev.millrace.kafka.queue;

/**
 * Tokens that come at a steady rate and are kept up to a number. Thread-safe.
 *
 * <p>It begins as empty as it would be had it been emptied when its process began: whoever was there before may have
 * taken everything.
 */
final class TokenBucket {

    private double tokens;
    private long filledAt;

    /** @param since when the process began, {@code System.nanoTime} */
    TokenBucket(long since) {
        this.filledAt = since;
    }

    /**
     * Takes a token.
     *
     * @param perSecond at what rate they come since the last call
     * @param burst how many are kept
     * @return 0 when there was one; else nanoseconds until there is
     */
    synchronized long take(long now, double perSecond, double burst) {
        double perNano = perSecond / 1e9;
        tokens = Math.min(burst, tokens + Math.max(0, now - filledAt) * perNano);
        filledAt = now;
        if (tokens >= 1) {
            tokens--;
            return 0;
        }
        return (long) Math.ceil((1 - tokens) / perNano);
    }

    /** What was taken last was not used. */
    synchronized void giveBack() {
        tokens++;
    }
}
