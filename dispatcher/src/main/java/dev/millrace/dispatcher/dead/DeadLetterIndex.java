package dev.millrace.dispatcher.dead;

import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Status;
import dev.millrace.kafka.DeadLetterChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters that there are, as the changes told so far make them. Holds the newest up to a limit; older ones stay
 * in the topic unlisted. Thread-safe.
 *
 * <p>An invocation leaves one letter at most, so a letter that is told again after it was retracted is a repetition: a
 * worker that took over from a dead one carried the outcome's consequence out once more.
 */
public final class DeadLetterIndex {

    /** Letters that are listed unless told otherwise. */
    public static final int MOST = 100_000;

    private final int most;
    private final Map<EventAddress, ListedDeadLetter> byAddress = new HashMap<>();
    private final NavigableMap<DeadLetterCursor, ListedDeadLetter> byTime = new TreeMap<>();
    private final Map<EventAddress, Boolean> retracted;
    private long unlisted;

    /** @param most how many are listed */
    public DeadLetterIndex(int most) {
        this.most = most;
        this.retracted = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<EventAddress, Boolean> eldest) {
                return size() > most;
            }
        };
    }

    /** A page of a list, newest first. */
    public record Page(
            List<ListedDeadLetter> letters, @Nullable DeadLetterCursor next) {}

    /** Some of those that are meant, oldest first, and how many are meant in all. */
    public record Selection(List<ListedDeadLetter> letters, int matched) {}

    /**
     * Takes a change in.
     *
     * @return whether it was news; {@code false} when it tells of a letter that has been retracted
     */
    public synchronized boolean take(DeadLetterChange change) {
        return switch (change) {
            case DeadLetterChange.Retracted(EventAddress address) -> {
                retract(address);
                yield true;
            }
            case DeadLetterChange.Buried buried -> take(ListedDeadLetter.of(buried.letter(), buried.place()));
        };
    }

    /** The dead letter of this invocation has been seen to. */
    public synchronized void retract(EventAddress address) {
        retracted.put(address, true);
        forget(address);
    }

    /** The dead letter of this invocation, unless it has none or it is not listed. */
    public synchronized Optional<ListedDeadLetter> find(EventAddress address) {
        return Optional.ofNullable(byAddress.get(address));
    }

    /** Those that are meant, newest first, after this place. */
    public synchronized Page page(DeadLetterFilter filter, @Nullable DeadLetterCursor after, int limit) {
        NavigableMap<DeadLetterCursor, ListedDeadLetter> rest = after == null ? byTime : byTime.headMap(after, false);
        List<ListedDeadLetter> letters = new ArrayList<>();
        for (ListedDeadLetter listed : rest.descendingMap().values()) {
            if (filter.takes(listed.letter())) {
                if (letters.size() == limit) {
                    return new Page(letters, letters.getLast().cursor());
                }
                letters.add(listed);
            }
        }
        return new Page(letters, null);
    }

    /** Those that are meant, oldest first. */
    public synchronized Selection select(DeadLetterFilter filter, int limit) {
        List<ListedDeadLetter> letters = new ArrayList<>();
        int matched = 0;
        for (ListedDeadLetter listed : byTime.values()) {
            if (filter.takes(listed.letter())) {
                matched++;
                if (letters.size() < limit) {
                    letters.add(listed);
                }
            }
        }
        return new Selection(letters, matched);
    }

    /** Those that are meant, by function, reason and error, the largest group first. */
    public synchronized List<DeadLetterGroup> groups(DeadLetterFilter filter) {
        Map<Cause, DeadLetterGroup> groups = new LinkedHashMap<>();
        for (ListedDeadLetter listed : byTime.values()) {
            DeadLetter letter = listed.letter();
            if (filter.takes(letter)) {
                groups.merge(Cause.of(letter), groupOf(letter), DeadLetterIndex::joined);
            }
        }
        return groups.values().stream()
                .sorted(Comparator.comparingInt(DeadLetterGroup::count)
                        .reversed()
                        .thenComparing(Comparator.comparingLong(DeadLetterGroup::newest)
                                .reversed()))
                .toList();
    }

    /** Lists no more what died before this time, epoch milliseconds: the topic does not keep it any longer. */
    public synchronized void forgetBefore(long time) {
        while (!byTime.isEmpty() && byTime.firstKey().deadAt() < time) {
            forget(byTime.firstKey().address());
        }
    }

    /** How many are listed. */
    public synchronized int size() {
        return byTime.size();
    }

    /** How many have been left out of the list since the start, because there were too many. */
    public synchronized long unlisted() {
        return unlisted;
    }

    private boolean take(ListedDeadLetter listed) {
        EventAddress address = listed.letter().address();
        if (retracted.containsKey(address)) {
            return false;
        }
        forget(address);
        byAddress.put(address, listed);
        byTime.put(listed.cursor(), listed);
        if (byTime.size() > most) {
            forget(byTime.firstKey().address());
            unlisted++;
        }
        return true;
    }

    private void forget(EventAddress address) {
        ListedDeadLetter known = byAddress.remove(address);
        if (known != null) {
            byTime.remove(known.cursor());
        }
    }

    private static DeadLetterGroup groupOf(DeadLetter letter) {
        return new DeadLetterGroup(
                letter.trigger().function(),
                letter.reason(),
                letter.error(),
                1,
                letter.deadAt(),
                letter.deadAt(),
                letter.address());
    }

    /** They come oldest first. */
    private static DeadLetterGroup joined(DeadLetterGroup before, DeadLetterGroup later) {
        return new DeadLetterGroup(
                before.function(),
                before.reason(),
                later.error(),
                before.count() + later.count(),
                before.oldest(),
                later.newest(),
                later.example());
    }

    private record Cause(FunctionRef function, Status reason, int code, String type) {

        static Cause of(DeadLetter letter) {
            return new Cause(
                    letter.trigger().function(),
                    letter.reason(),
                    letter.error().code(),
                    letter.error().type());
        }
    }
}
