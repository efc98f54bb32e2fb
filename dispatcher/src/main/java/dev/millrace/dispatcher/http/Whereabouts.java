package dev.millrace.dispatcher.http;

import dev.millrace.contract.EventAddress;
import dev.millrace.dispatcher.wait.InvocationState;
import dev.millrace.dispatcher.wait.OutcomeSearch;
import dev.millrace.kafka.EventReader;
import dev.millrace.kafka.StoredEvent;
import dev.millrace.redis.Lookup;
import dev.millrace.redis.ResultReader;

/**
 * Where an invocation stands: from Redis when it has ended, else from what Redis and Kafka's offsets say together, and
 * from the outcome log itself when Redis ought to know and does not. What is found there is put back. Thread-safe.
 */
final class Whereabouts {

    private final ResultReader results;
    private final OffsetLookup offsets;
    private final EventReader events;
    private final OutcomeSearch log;

    Whereabouts(ResultReader results, OffsetLookup offsets, EventReader events, OutcomeSearch log) {
        this.results = results;
        this.offsets = offsets;
        this.events = events;
        this.log = log;
    }

    /** What Redis alone says of it. */
    Lookup lookup(EventAddress address) {
        return results.find(address);
    }

    /** Kafka is asked before Redis, so that what Redis then lacks is not merely late. */
    InvocationState of(EventAddress address) {
        Lookup first = results.find(address);
        if (!(first instanceof Lookup.Absent)) {
            return InvocationState.of(address, OffsetLookup.NOT_ASKED, first);
        }
        InvocationState state = InvocationState.of(address, offsets.of(address), results.find(address));
        return state instanceof InvocationState.Gone ? searched(address) : state;
    }

    /** Its time to be kept is over, or a key was evicted: while the event is kept the outcome log can tell. */
    private InvocationState searched(EventAddress address) {
        long acceptedAt;
        switch (events.read(address)) {
            case StoredEvent.Found found -> acceptedAt = found.header().acceptedAt();
            case StoredEvent.Unreadable unreadable -> acceptedAt = 0;
            case StoredEvent.Gone gone -> {
                return new InvocationState.Gone();
            }
            case StoredEvent.NotYet notYet -> {
                return new InvocationState.Unknown();
            }
        }
        OutcomeSearch.Found found = log.find(address, acceptedAt);
        if (!found.complete()) {
            return new InvocationState.Rebuilding();
        }
        return found.outcomes().isEmpty()
                ? new InvocationState.Gone()
                : switch (results.restore(found.outcomes())) {
                    case Lookup.Absent absent -> new InvocationState.Gone();
                    case Lookup restored -> InvocationState.of(address, OffsetLookup.NOT_ASKED, restored);
                };
    }
}
