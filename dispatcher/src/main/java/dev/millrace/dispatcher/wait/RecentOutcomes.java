package dev.millrace.dispatcher.wait;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.OutcomePack;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The latest outcomes of one partition of the outcome log, without a gap from {@link #coveredFrom()} to
 * {@link #position()}, so that one who begins to wait a moment too late still finds the end. Bounded by number and
 * bytes; the oldest go first. Not thread-safe.
 */
final class RecentOutcomes {

    private static final int OVERHEAD = 160;

    private final int maxEntries;
    private final long maxBytes;
    private final Deque<Seen> seen = new ArrayDeque<>();
    private long bytes;
    private long coveredFrom;
    private long position;

    RecentOutcomes(long from, int maxEntries, long maxBytes) {
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
        this.coveredFrom = from;
        this.position = from;
    }

    /** Everything from this offset on was seen and is here. */
    long coveredFrom() {
        return coveredFrom;
    }

    /** Everything before this offset was seen, since {@link #coveredFrom()}. */
    long position() {
        return position;
    }

    /** Takes the outcomes of the record at this offset; of one that was seen already, nothing. */
    void add(long offset, List<OutcomePack.Entry> outcomes) {
        if (offset < position) {
            return;
        }
        for (OutcomePack.Entry outcome : outcomes) {
            seen.addLast(new Seen(offset, outcome));
            bytes += weight(outcome);
        }
        position = offset + 1;
        while (seen.size() > maxEntries || bytes > maxBytes) {
            Seen oldest = seen.removeFirst();
            bytes -= weight(oldest.outcome());
            coveredFrom = oldest.offset() + 1;
        }
    }

    /** Begins anew at this offset. */
    void restart(long from) {
        seen.clear();
        bytes = 0;
        coveredFrom = from;
        position = from;
    }

    /** The outcomes of an invocation, in log order. */
    List<OutcomePack.Entry> of(EventAddress address) {
        List<OutcomePack.Entry> outcomes = new ArrayList<>();
        for (Seen one : seen) {
            if (one.outcome().address().equals(address)) {
                outcomes.add(one.outcome());
            }
        }
        return outcomes;
    }

    private static long weight(OutcomePack.Entry outcome) {
        return (long) OVERHEAD + outcome.stored().length + outcome.log().length;
    }

    private record Seen(long offset, OutcomePack.Entry outcome) {}
}
