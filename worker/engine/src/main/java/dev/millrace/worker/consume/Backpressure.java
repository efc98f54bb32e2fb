package dev.millrace.worker.consume;

/**
 * Which lanes are not fetched for a while. A lane pauses when enough of it is buffered; when all lanes together hold too
 * many bytes, those pause that hold more than their equal part, so that a trigger with heavy events does not silence the
 * light ones. What is paused resumes at a lower mark, so that lanes do not flutter. Pure and thread-safe.
 */
final class Backpressure {

    private final int pauseAt;
    private final int resumeAt;
    private final long maxBytes;

    Backpressure(ConsumeLimits limits) {
        this.pauseAt = limits.pauseAt();
        this.resumeAt = limits.resumeAt();
        this.maxBytes = limits.maxBytes();
    }

    /**
     * Whether a lane is to be paused.
     *
     * @param paused whether it is now
     * @param waiting deliveries buffered in it
     * @param bytes bytes it holds
     * @param allBytes bytes all lanes hold
     * @param lanes how many lanes there are
     */
    boolean pauses(boolean paused, int waiting, long bytes, long allBytes, int lanes) {
        long part = maxBytes / Math.max(1, lanes);
        return paused
                ? waiting > resumeAt || (allBytes > maxBytes - maxBytes / 4 && bytes > part / 2)
                : waiting >= pauseAt || (allBytes >= maxBytes && bytes > part);
    }
}
