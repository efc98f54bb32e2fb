package dev.millrace.worker.delay;

import dev.millrace.contract.EventHeader;
import java.time.Duration;

/**
 * What a record of a delay topic says of its times, as the clock of its reader has it. Its writer stamped it by the clock by
 * which it said when the event is due. When that clock is ahead its delay is right and its time is not: it is then
 * taken to have been written when it was first seen, so that it ends no sooner than it should, and not an hour late. Pure.
 *
 * @param writtenAt epoch milliseconds; negative when that is not known
 */
record Postmark(long writtenAt, EventHeader header) {

    /** How far clocks may differ without being wrong. */
    static final Duration CLOCKS = Duration.ofSeconds(5);

    /**
     * As it is seen here.
     *
     * @param stamp of the record, epoch milliseconds; negative when there is none
     * @param seenAt when the record was first looked at here, epoch milliseconds
     */
    static Postmark of(long stamp, EventHeader header, long seenAt) {
        long ahead = stamp - seenAt;
        return ahead > CLOCKS.toMillis() ? new Postmark(seenAt, header.sooner(ahead)) : new Postmark(stamp, header);
    }
}
