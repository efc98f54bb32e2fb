package dev.millrace.dispatcher.http;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.dispatcher.dead.DeadLetters;
import dev.millrace.kafka.EventReader;
import dev.millrace.kafka.StoredDeadLetter;
import dev.millrace.kafka.StoredEvent;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;

/** Runs the event of an invocation once more, whatever became of it, while the event is retained. */
final class ReplayEndpoint {

    private final Invocations invocations;
    private final EventReader events;
    private final DeadLetters deadLetters;
    private final Replays replays;
    private final RequestIdCodec requestIds;

    ReplayEndpoint(
            Invocations invocations,
            EventReader events,
            DeadLetters deadLetters,
            Replays replays,
            RequestIdCodec requestIds) {
        this.invocations = invocations;
        this.events = events;
        this.deadLetters = deadLetters;
        this.replays = replays;
        this.requestIds = requestIds;
    }

    void replay(Context context) {
        Query.of(context);
        EventAddress original = invocations.address(context);
        ReplayWish wish = ReplayWish.of(context);
        byte[] stored = event(original);
        TriggerDefinition target = replays.target(invocations.source(original).ref());
        EventAddress replay =
                replays.store(target, replays.header(original), wish.event().orElse(stored));
        if (deadLetters.index().find(original).isPresent()) {
            deadLetters.retract(List.of(original)); // Seen to: replayed from the list as well, it would run twice.
        }
        String id = requestIds.encode(replay).toString();
        context.status(202);
        context.header("Location", "/v1/invocations/" + id);
        context.json(
                Map.of("requestId", id, "replayOf", requestIds.encode(original).toString()));
    }

    private byte[] event(EventAddress address) {
        return switch (events.read(address)) {
            case StoredEvent.Found found -> found.event();
            case StoredEvent.Unreadable unreadable -> unreadable.event();
            case StoredEvent.Gone gone -> eventOfDeadLetter(address);
            case StoredEvent.NotYet notYet -> throw invocations.unknown(address);
        };
    }

    /** A dead letter keeps its event for longer than its topic does. */
    private byte[] eventOfDeadLetter(EventAddress address) {
        return deadLetters.index().find(address).stream()
                .flatMap(listed -> deadLetters.read(List.of(listed.place())).stream())
                .map(StoredDeadLetter::event)
                .findFirst()
                .orElseThrow(() -> invocations.gone(address));
    }
}
