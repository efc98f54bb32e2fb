package dev.millrace.dispatcher.http;

import dev.millrace.contract.EventAddress;
import dev.millrace.dispatcher.dead.DeadLetterCursor;
import dev.millrace.dispatcher.dead.DeadLetterFilter;
import dev.millrace.dispatcher.dead.DeadLetterIndex;
import dev.millrace.dispatcher.dead.DeadLetters;
import dev.millrace.dispatcher.dead.ListedDeadLetter;
import dev.millrace.kafka.StoredDeadLetter;
import dev.millrace.program.Problem;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Dead letters: look at them, run them again, let them go. */
final class DeadLetterEndpoint {

    private static final int MOST_A_SECOND = 10_000;
    private static final String[] LISTED = taken("limit", "cursor", "group");

    private final DeadLetters letters;
    private final Redrive redrive;
    private final DeadLetterQuery query;
    private final DeadLetterJson json;

    DeadLetterEndpoint(DeadLetters letters, Redrive redrive, DeadLetterQuery query, DeadLetterJson json) {
        this.letters = letters;
        this.redrive = redrive;
        this.query = query;
        this.json = json;
    }

    /** Newest first; or how many died of the same. */
    void list(Context context) {
        Query asked = Query.of(context, LISTED);
        DeadLetterFilter filter = query.inQuery(context, asked);
        boolean grouped = !asked.words("group", Set.of("error")).isEmpty();
        int limit = asked.number("limit", 100, 1, 1_000);
        DeadLetterCursor after =
                asked.text("cursor").map(DeadLetterEndpoint::cursor).orElse(null);
        DeadLetterIndex index = letters.index();
        String answer = grouped ? json.groups(index.groups(filter)) : json.page(index.page(filter, after, limit));
        context.contentType("application/json").result(answer);
    }

    void show(Context context) {
        Query.of(context);
        context.contentType("application/json").result(json.one(stored(context)));
    }

    void replay(Context context) throws InterruptedException {
        Query.of(context);
        Members body = Members.of(
                ReplayWish.body(context),
                DeadLetterQuery.REQUEST_IDS,
                DeadLetterQuery.FILTER,
                DeadLetterQuery.LIMIT,
                "dryRun",
                "rate",
                ReplayWish.EVENT,
                ReplayWish.VERSION);
        ReplayWish wish = ReplayWish.of(body);
        OptionalInt rate = body.number("rate", 1, MOST_A_SECOND);
        boolean dryRun = body.flag("dryRun");
        DeadLetterIndex.Selection chosen = query.inBody(context, body, letters.index());
        if (wish.event().isPresent() && chosen.letters().size() != 1) {
            throw body.mistake(
                    ReplayWish.EVENT,
                    "stands in for one event; " + chosen.letters().size() + " dead letters are meant");
        }
        Redrive.Result done = dryRun ? Redrive.Result.NOTHING : redrive.replay(chosen.letters(), wish, rate);
        List<Map<String, Object>> replayed = new ArrayList<>();
        for (ListedDeadLetter listed : chosen.letters()) {
            EventAddress replay = done.replayed().get(listed.letter().address());
            if (dryRun || replay != null) {
                replayed.add(pair(listed.letter().address(), replay));
            }
        }
        List<Map<String, String>> refused = new ArrayList<>();
        done.refused().forEach((address, why) -> refused.add(Map.of("requestId", json.id(address), "reason", why)));
        int left = dryRun ? 0 : replayed.size() + refused.size();
        Map<String, Object> answer = answer("replayed", replayed, chosen, chosen.matched() - left, dryRun);
        answer.put("refused", refused);
        if (done.stoppedBy() != null) {
            answer.put("stoppedBy", done.stoppedBy());
        }
        context.status(202).json(answer);
    }

    void drop(Context context) {
        Query.of(context);
        Members body = Members.of(
                ReplayWish.body(context),
                DeadLetterQuery.REQUEST_IDS,
                DeadLetterQuery.FILTER,
                DeadLetterQuery.LIMIT,
                "dryRun");
        boolean dryRun = body.flag("dryRun");
        DeadLetterIndex.Selection chosen = query.inBody(context, body, letters.index());
        List<EventAddress> addresses = chosen.letters().stream()
                .map(listed -> listed.letter().address())
                .toList();
        if (!dryRun) {
            letters.retract(addresses);
        }
        List<Map<String, String>> dropped = addresses.stream()
                .map(address -> Map.of("requestId", json.id(address)))
                .toList();
        int left = dryRun ? chosen.matched() : chosen.matched() - dropped.size();
        context.json(answer("dropped", dropped, chosen, left, dryRun));
    }

    void dropOne(Context context) {
        Query.of(context);
        letters.retract(List.of(query.inPath(context, letters.index()).letter().address()));
        context.status(204);
    }

    private StoredDeadLetter stored(Context context) {
        ListedDeadLetter listed = query.inPath(context, letters.index());
        return letters.read(List.of(listed.place())).stream()
                .findFirst()
                .orElseThrow(() -> query.none(listed.letter().address()));
    }

    private static Map<String, Object> answer(
            String name, List<?> done, DeadLetterIndex.Selection chosen, int remaining, boolean dryRun) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(name, done);
        answer.put("matched", chosen.matched());
        answer.put("remaining", remaining);
        answer.put("dryRun", dryRun);
        return answer;
    }

    private Map<String, Object> pair(EventAddress original, @Nullable EventAddress replay) {
        Map<String, Object> pair = new LinkedHashMap<>();
        pair.put("requestId", json.id(original));
        pair.put("newRequestId", replay == null ? null : json.id(replay));
        return pair;
    }

    private static DeadLetterCursor cursor(String text) {
        try {
            return DeadLetterCursor.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.malformed("cursor is not one that a list of dead letters answered: " + text)
                    .exception();
        }
    }

    private static String[] taken(String... more) {
        List<String> all = new ArrayList<>(List.of(DeadLetterQuery.CONDITIONS));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
