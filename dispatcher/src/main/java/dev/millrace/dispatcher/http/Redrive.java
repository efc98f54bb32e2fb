package dev.millrace.dispatcher.http;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.RetryPolicy;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.dispatcher.dead.DeadLetters;
import dev.millrace.dispatcher.dead.ListedDeadLetter;
import dev.millrace.kafka.StoredDeadLetter;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.program.CrashPoint;
import dev.millrace.program.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Hands dead letters in once more, the oldest first, and lets go of those the broker has taken. The replay of a letter
 * carries a dedup key of its own, so that one that is asked for again, because the first asking was cut off between the
 * two steps, runs once. Thread-safe.
 */
final class Redrive {

    private static final int AT_ONCE = 200;

    private final DeadLetters letters;
    private final Replays replays;
    private final Registry registry;

    Redrive(DeadLetters letters, Replays replays, Registry registry) {
        this.letters = letters;
        this.replays = replays;
        this.registry = registry;
    }

    /**
     * What has been done.
     *
     * @param replayed new invocation by old one, in the order of their start
     * @param refused why not, by invocation
     * @param stoppedBy why it ended before the last one; {@code null} when it did not
     */
    record Result(
            Map<EventAddress, EventAddress> replayed,
            Map<EventAddress, String> refused,
            @Nullable String stoppedBy) {

        /** Nothing. */
        static final Result NOTHING = new Result(Map.of(), Map.of(), null);
    }

    /**
     * Replays these. Ends early when Kafka stores no more or a queue is full: what was stored is in the result, unless that is nothing.
     *
     * @param perSecond how many may start in a second; the later ones wait like delayed invocations
     */
    Result replay(List<ListedDeadLetter> wanted, ReplayWish wish, OptionalInt perSecond) throws InterruptedException {
        Result result = new Result(new LinkedHashMap<>(), new LinkedHashMap<>(), null);
        for (int from = 0; from < wanted.size(); from += AT_ONCE) {
            List<ListedDeadLetter> some = wanted.subList(from, Math.min(wanted.size(), from + AT_ONCE));
            ProblemException trouble = replaySome(some, wish, perSecond, result);
            if (trouble != null && result.replayed().isEmpty()) {
                throw trouble;
            }
            if (trouble != null) {
                return new Result(
                        result.replayed(), result.refused(), trouble.problem().detail());
            }
        }
        return result;
    }

    private @Nullable ProblemException replaySome(
            List<ListedDeadLetter> some, ReplayWish wish, OptionalInt perSecond, Result result)
            throws InterruptedException {
        Map<EventAddress, CompletableFuture<EventAddress>> answers = new LinkedHashMap<>();
        Map<EventAddress, StoredDeadLetter> stored = new LinkedHashMap<>();
        letters.read(some.stream().map(ListedDeadLetter::place).toList())
                .forEach(letter -> stored.put(letter.letter().address(), letter));
        for (ListedDeadLetter listed : some) {
            EventAddress address = listed.letter().address();
            StoredDeadLetter letter = stored.get(address);
            if (letter == null) {
                result.refused().put(address, "is not kept any more");
                continue;
            }
            try {
                TriggerDefinition target = replays.target(letter.letter().trigger());
                int before = result.replayed().size() + answers.size();
                answers.put(
                        address,
                        replays.storeLater(
                                target,
                                header(address, target, before, perSecond),
                                wish.event().orElse(letter.event())));
            } catch (ProblemException e) {
                result.refused().put(address, e.problem().detail());
            }
        }
        return settle(answers, result);
    }

    /** Lets go of what was stored, whatever became of the rest. */
    private @Nullable ProblemException settle(Map<EventAddress, CompletableFuture<EventAddress>> answers, Result result)
            throws InterruptedException {
        ProblemException trouble = null;
        List<EventAddress> done = new ArrayList<>();
        for (Map.Entry<EventAddress, CompletableFuture<EventAddress>> answer : answers.entrySet()) {
            try {
                EventAddress replay = answer.getValue().get();
                result.replayed().put(answer.getKey(), replay);
                done.add(answer.getKey());
            } catch (ExecutionException e) {
                trouble = Replays.problem(e.getCause());
            }
        }
        CrashPoint.AFTER_REPLAY_BEFORE_RETRACT.reached();
        letters.retract(done);
        return trouble;
    }

    private EventHeader header(EventAddress address, TriggerDefinition target, int before, OptionalInt perSecond) {
        EventHeader now = replays.header(address);
        long wait = perSecond.isEmpty() ? 0 : before * 1000L / perSecond.getAsInt();
        long notBefore = wait == 0 ? 0 : now.acceptedAt() + wait;
        long expiresAt = wait == 0 ? 0 : notBefore + maxAge(target);
        return new EventHeader(
                now.acceptedAt(),
                now.attempt(),
                now.crashes(),
                expiresAt,
                notBefore,
                null,
                "redrive:" + address,
                now.replayOf(),
                now.hops(),
                now.history());
    }

    private long maxAge(TriggerDefinition target) {
        return registry.view()
                .function(target.ref().function())
                .map(FunctionDefinition::spec)
                .map(spec -> spec.retry().maxAge())
                .orElse(RetryPolicy.DEFAULT.maxAge())
                .toMillis();
    }
}
