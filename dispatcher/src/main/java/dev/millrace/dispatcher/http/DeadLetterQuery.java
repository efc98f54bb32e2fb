package dev.millrace.dispatcher.http;

import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.InvalidRequestIdException;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.Status;
import dev.millrace.dispatcher.dead.DeadLetterFilter;
import dev.millrace.dispatcher.dead.DeadLetterIndex;
import dev.millrace.dispatcher.dead.ListedDeadLetter;
import dev.millrace.program.Problem;
import dev.millrace.program.ProblemException;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which dead letters a request means, in its query, in its body, or by request ID in its path. */
final class DeadLetterQuery {

    static final String REQUEST_IDS = "requestIds";
    static final String FILTER = "filter";
    static final String LIMIT = "limit";

    /** Letters that one request sees to at most; the answer says how many are left. */
    static final int MOST = 10_000;

    /** Members of a filter, in a query as in a body. */
    static final String[] CONDITIONS = {"namespace", "function", "trigger", "reason", "errorType", "since", "until"};

    private static final Set<String> REASONS = Arrays.stream(Status.values())
            .filter(DeadLetter::leavesOne)
            .map(Status::name)
            .collect(Collectors.toCollection(TreeSet::new));

    private final RequestIdCodec requestIds;
    private final InstantSource clock;

    DeadLetterQuery(RequestIdCodec requestIds, InstantSource clock) {
        this.requestIds = requestIds;
        this.clock = clock;
    }

    /** The conditions in a query. */
    DeadLetterFilter inQuery(Context context, Query query) {
        return filter(context, name -> query.text(name));
    }

    /** The letters that a body names or describes, oldest first, and how many there are in all. */
    DeadLetterIndex.Selection inBody(Context context, Members body, DeadLetterIndex index) {
        Optional<List<String>> ids = body.texts(REQUEST_IDS, MOST);
        Optional<Members> conditions = body.object(FILTER, CONDITIONS);
        if (ids.isPresent() == conditions.isPresent()) {
            throw Problem.malformed("the body must have either requestIds or filter; an empty filter means all")
                    .exception();
        }
        if (ids.isPresent()) {
            List<ListedDeadLetter> named = named(context, ids.get(), index);
            return new DeadLetterIndex.Selection(named, named.size());
        }
        DeadLetterFilter filter = filter(context, conditions.get()::text);
        return index.select(filter, body.number(LIMIT, 1, MOST).orElse(MOST));
    }

    /** The letter of the request ID in the path. */
    ListedDeadLetter inPath(Context context, DeadLetterIndex index) {
        EventAddress address = address(context.pathParam("requestId"));
        return find(context, address, index).orElseThrow(() -> none(address));
    }

    ProblemException none(EventAddress address) {
        return Problem.notFound("the invocation has left no dead letter, or somebody has seen to it")
                .about(requestIds.encode(address).toString())
                .exception();
    }

    /** All or none: one that is not a dead letter is a mistake to be looked at before anything is done. */
    private List<ListedDeadLetter> named(Context context, List<String> ids, DeadLetterIndex index) {
        List<ListedDeadLetter> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String id : new LinkedHashSet<>(ids)) {
            find(context, address(id), index).ifPresentOrElse(found::add, () -> missing.add(id));
        }
        if (!missing.isEmpty()) {
            throw Problem.notFound("nothing was done: " + missing.size() + " of " + ids.size()
                            + " requests have left no dead letter, or somebody has seen to it; the first is "
                            + missing.getFirst())
                    .with("missing", missing)
                    .exception();
        }
        return found;
    }

    /** A letter of another namespace than the path's is as unknown as none. */
    private static Optional<ListedDeadLetter> find(Context context, EventAddress address, DeadLetterIndex index) {
        Optional<String> namespace = Names.namespace(context);
        return index.find(address)
                .filter(listed -> namespace.isEmpty()
                        || namespace
                                .get()
                                .equals(listed.letter().trigger().function().namespace()));
    }

    private EventAddress address(String text) {
        try {
            return requestIds.decode(text).address();
        } catch (InvalidRequestIdException e) {
            throw Problem.of(
                            400,
                            "invalid-request-id",
                            "Not a request ID of this installation",
                            text + ": " + e.getMessage())
                    .exception();
        }
    }

    private DeadLetterFilter filter(Context context, Function<String, Optional<String>> condition) {
        Optional<String> inPath = Names.namespace(context);
        Optional<String> named = condition.apply("namespace");
        if (inPath.isPresent() && named.isPresent() && !inPath.equals(named)) {
            throw Problem.malformed("namespace is " + named.get() + ", but the path says " + inPath.get())
                    .exception();
        }
        Instant now = clock.instant();
        return new DeadLetterFilter(
                inPath.or(() -> named),
                condition.apply("function"),
                condition.apply("trigger"),
                condition.apply("reason").map(DeadLetterQuery::reasons).orElse(Set.of()),
                condition.apply("errorType"),
                condition
                        .apply("since")
                        .map(text -> Query.moment("since", text, now).toEpochMilli())
                        .orElse(Long.MIN_VALUE),
                condition
                        .apply("until")
                        .map(text -> Query.moment("until", text, now).toEpochMilli())
                        .orElse(Long.MAX_VALUE));
    }

    private static Set<Status> reasons(String text) {
        return Query.words("reason", text, REASONS).stream()
                .map(Status::valueOf)
                .collect(Collectors.toSet());
    }
}
