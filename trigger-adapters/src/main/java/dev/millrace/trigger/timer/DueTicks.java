package dev.millrace.trigger.timer;

import dev.millrace.contract.CronSchedule;
import dev.millrace.contract.TriggerSpec.Missed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which ticks of a schedule are to be fired now. Pure.
 *
 * @param fire the ticks to fire, oldest first
 * @param dropped how many ticks fell due and are not fired, by the trigger's policy
 * @param last the latest tick that is dealt with, fired or dropped; the search goes on after it
 */
record DueTicks(List<Instant> fire, int dropped, Instant last) {

    /** A tick this late is merely late; an older one was missed, and the trigger's policy decides. */
    static final Duration LATE = Duration.ofSeconds(2);

    /** How many missed ticks are fired when a trigger wants all of them. */
    static final int MOST_MISSED = 100;

    /** How many ticks one look goes through, so that a second's cadence after a month's outage takes several looks. */
    private static final int MOST_LOOKED_AT = 10_000;

    DueTicks {
        fire = List.copyOf(fire);
    }

    /**
     * The ticks after {@code last} up to {@code now}.
     *
     * @param policy what becomes of missed ticks
     */
    static DueTicks between(CronSchedule schedule, Instant last, Instant now, Missed policy) {
        ArrayDeque<Instant> missed = new ArrayDeque<>();
        List<Instant> timely = new ArrayList<>();
        int dropped = 0;
        Instant reached = last;
        Optional<Instant> tick = schedule.nextAfter(last);
        for (int looked = 0;
                looked < MOST_LOOKED_AT && tick.isPresent() && !tick.get().isAfter(now);
                looked++) {
            reached = tick.get();
            if (reached.isBefore(now.minus(LATE))) {
                missed.addLast(reached);
                dropped += forget(missed, policy);
            } else {
                timely.add(reached);
            }
            tick = schedule.nextAfter(reached);
        }
        List<Instant> fire = new ArrayList<>(missed);
        fire.addAll(timely);
        return new DueTicks(fire, dropped, reached);
    }

    private static int forget(ArrayDeque<Instant> missed, Missed policy) {
        int most = switch (policy) {
            case SKIP -> 0;
            case ONCE -> 1;
            case ALL -> MOST_MISSED;
        };
        int forgotten = 0;
        while (missed.size() > most) {
            missed.removeFirst();
            forgotten++;
        }
        return forgotten;
    }
}
