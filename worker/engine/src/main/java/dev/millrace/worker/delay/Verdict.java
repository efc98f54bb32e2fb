package dev.millrace.worker.delay;

import dev.millrace.contract.DelayClass;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.HeaderRanges;
import java.time.Duration;

/**
 * What becomes of a record of a delay topic that has been read. {@link #of} is the only place where that is decided.
 *
 * <pre>
 * written less than the topic's length ago ───────────────► Leave, and all that lies behind it
 * to wait longer than any delay ──────────────────────────► Hold until now: a worker buries it
 * due within what this topic is for ── there is room ─────► Hold
 *    └── no room ── due within seconds ───────────────────► Leave for a moment
 *             └─────────────────────────────────────────► PassOn
 * due later ──────────────────────────────────────────────► PassOn
 * </pre>
 */
sealed interface Verdict {

    /** It is not looked at before this time, nor is anything behind it: epoch milliseconds. */
    record Leave(long until) implements Verdict {}

    /** It is kept in memory until this time, then delivered: epoch milliseconds. */
    record Hold(long due) implements Verdict {}

    /** It is written to the topic for what remains of its delay. */
    record PassOn() implements Verdict {}

    /** Reading begins so much earlier than it has to, because a fetch takes its time. */
    Duration LEAD = Duration.ofMillis(750);

    /** A topic that was found too young is left alone at least so long. */
    Duration SHORTEST_REST = Duration.ofMillis(200);

    /** How long what has no room waits until it is asked again. */
    Duration ROOM_PAUSE = Duration.ofMillis(100);

    /**
     * Decides. What the record says is not believed further than its topic allows: nobody rests longer than the topic's
     * length from now.
     *
     * @param length of the topic
     * @param mark of the record
     * @param now epoch milliseconds
     * @param room whether memory takes one more
     */
    static Verdict of(DelayClass length, Postmark mark, long now, boolean room) {
        long writtenAt = mark.writtenAt();
        EventHeader header = mark.header();
        long rests = length.rest().toMillis();
        long ripe = writtenAt < 0 || rests == 0 ? now : Math.min(writtenAt, now) + rests - LEAD.toMillis();
        if (ripe > now) {
            return new Leave(Math.max(ripe, now + SHORTEST_REST.toMillis()));
        }
        long due = header.notBefore();
        if (due <= now || HeaderRanges.isTooFar(header, writtenAt)) {
            return new Hold(Math.min(due, now));
        }
        DelayClass remaining = DelayClass.of(Duration.ofMillis(due - now));
        if (remaining.compareTo(length) > 0 || remaining == DelayClass.SIX_HOURS) {
            return new PassOn();
        }
        if (room) {
            return new Hold(due);
        }
        return remaining == DelayClass.SECOND ? new Leave(now + ROOM_PAUSE.toMillis()) : new PassOn();
    }
}
