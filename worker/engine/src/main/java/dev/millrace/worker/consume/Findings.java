package dev.millrace.worker.consume;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes of one lane's events that were found in the log. Tells of a delivery whether it has ended: a delivery is one
 * attempt, and its outcome may be that attempt's or the whole invocation's. Filled by one thread, read by another
 * afterwards.
 */
public final class Findings {

    /** By the offset of the event's address, in the order of the log; nothing after the first terminal one. */
    private final Map<Long, List<Outcome>> byEvent = new HashMap<>();

    /**
     * The end of a delivery.
     *
     * @param outcome from which something may follow that is not stored yet; {@code null} when all that followed is known
     *     to be there
     */
    public record Finding(@Nullable Outcome outcome) {}

    /** Takes in the next outcome of the log. */
    public void add(Outcome outcome) {
        List<Outcome> known = byEvent.computeIfAbsent(outcome.address().offset(), offset -> new ArrayList<>(1));
        if (known.isEmpty() || !known.getLast().status().isTerminal()) {
            known.add(outcome);
        }
    }

    /** Takes in all that others found later. */
    void addAll(Findings later) {
        later.byEvent.values().forEach(outcomes -> outcomes.forEach(this::add));
    }

    /** How many events it knows of. */
    public int size() {
        return byEvent.size();
    }

    /** How the delivery has ended, or {@code null} when the log does not say that it has. */
    @Nullable
    Finding of(Delivery delivery) {
        List<Outcome> known = byEvent.get(delivery.address().offset());
        if (known == null) {
            return null;
        }
        int attempt = delivery.header().attempt();
        boolean first = delivery.header().origin() == null;
        Outcome last = known.getLast();
        for (Outcome outcome : known) {
            int number = lastAttempt(outcome);
            boolean own = number == attempt
                    || (first && number == 0)
                    || outcome.status().isTerminal();
            if (own && number <= attempt) {
                return new Finding(outcome);
            }
        }
        // A later attempt has ended: so this one has, and what followed from it is there.
        return lastAttempt(last) > attempt ? new Finding(null) : null;
    }

    private static int lastAttempt(Outcome outcome) {
        List<Attempt> attempts = outcome.attempts();
        return attempts.isEmpty() ? 0 : attempts.getLast().number();
    }
}
