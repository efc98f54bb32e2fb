package dev.millrace.dispatcher.http;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.EventReader;
import dev.millrace.kafka.StoredEvent;
import io.javalin.http.Context;
import java.util.Map;

/** Runs the event of an invocation once more, whatever became of it, while the event is retained. */
final class ReplayEndpoint {

    private final Invocations invocations;
    private final EventReader events;
    private final Replays replays;
    private final RequestIdCodec requestIds;

    ReplayEndpoint(Invocations invocations, EventReader events, Replays replays, RequestIdCodec requestIds) {
        this.invocations = invocations;
        this.events = events;
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
            case StoredEvent.Gone gone -> throw invocations.gone(address);
            case StoredEvent.NotYet notYet -> throw invocations.unknown(address);
        };
    }
}
