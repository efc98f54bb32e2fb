package dev.millrace.dispatcher.http;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.Status;
import dev.millrace.kafka.EventReader;
import dev.millrace.kafka.StoredEvent;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.program.Problem;
import dev.millrace.redis.RecentPage;
import dev.millrace.redis.RecentQuery;
import dev.millrace.redis.ResultReader;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Invocations: one by its request ID, its event, and the recent ones of a function. */
final class InvocationEndpoint {

    /** One request waits no longer than this, so that nobody on the way takes the connection for dead. */
    static final Duration MAX_WAIT = Duration.ofSeconds(50);

    /** Longest wait that may be asked for; beyond {@link #MAX_WAIT} the caller asks again. */
    private static final Duration MAX_ASKED = Duration.ofDays(1);

    private static final Set<String> LISTED = Arrays.stream(Status.values())
            .filter(Status::isTerminal)
            .map(Status::name)
            .collect(Collectors.toCollection(TreeSet::new));

    private final Registry registry;
    private final Invocations invocations;
    private final InvocationJson json;
    private final ResultReader results;
    private final EventReader events;
    private final InstantSource clock;

    InvocationEndpoint(
            Registry registry,
            Invocations invocations,
            InvocationJson json,
            ResultReader results,
            EventReader events,
            InstantSource clock) {
        this.registry = registry;
        this.invocations = invocations;
        this.json = json;
        this.results = results;
        this.events = events;
        this.clock = clock;
    }

    void get(Context context) throws InterruptedException {
        Query query = Query.of(context, "wait");
        Optional<Duration> wait = query.duration("wait", MAX_ASKED);
        EventAddress address = invocations.address(context);
        InvocationView view = wait.isPresent() && wait.get().isPositive()
                ? invocations.await(address, wait.get().compareTo(MAX_WAIT) < 0 ? wait.get() : MAX_WAIT)
                : invocations.find(address);
        context.contentType("application/json").result(json.one(view));
    }

    /** The event's bytes, whatever has become of the invocation. */
    void event(Context context) {
        Query.of(context);
        EventAddress address = invocations.address(context);
        context.header("X-Content-Type-Options", "nosniff");
        switch (events.read(address)) {
            case StoredEvent.Found found ->
                context.contentType("application/json").result(found.event());
            case StoredEvent.Unreadable unreadable ->
                context.contentType("application/octet-stream").result(unreadable.event());
            case StoredEvent.Gone gone -> throw invocations.gone(address);
            case StoredEvent.NotYet notYet -> throw invocations.unknown(address);
        }
    }

    /** Those that have ended lately, newest first. */
    void recent(Context context) {
        Query query = Query.of(context, "status", "since", "limit", "cursor");
        FunctionDefinition function = Names.function(context, registry.view());
        Set<Status> statuses =
                query.words("status", LISTED).stream().map(Status::valueOf).collect(Collectors.toSet());
        long since =
                query.since("since", clock.instant()).map(Instant::toEpochMilli).orElse(0L);
        int limit = query.number("limit", 20, 1, RecentQuery.MAX_LIMIT);
        String cursor = query.text("cursor").orElse(null);
        RecentPage page = results.recent(recentQuery(function, statuses, since, limit, cursor));
        context.contentType("application/json")
                .result(json.page(
                        page.items().stream()
                                .map(item -> Invocations.of(item.heading(), item.outcome()))
                                .toList(),
                        page.nextCursor()));
    }

    private static RecentQuery recentQuery(
            FunctionDefinition function,
            Set<Status> statuses,
            long since,
            int limit,
            @org.jspecify.annotations.Nullable String cursor) {
        try {
            return new RecentQuery(function.ref(), statuses, Math.max(0, since), limit, cursor);
        } catch (IllegalArgumentException e) {
            throw Problem.malformed("cursor is not one that a list of invocations answered: " + cursor)
                    .exception();
        }
    }
}
