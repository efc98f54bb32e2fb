package dev.millrace.worker.permits;

import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.redis.PermitEra;
import dev.millrace.redis.RedisUnavailableException;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time in which no lease was forgotten, as this worker knows it: whether it has said all it holds in it, and whether
 * all others have. Of the thread that leases.
 */
public final class Era {

    private static final Logger log = LoggerFactory.getLogger(Era.class);

    private final Supplier<Set<String>> processes;
    private long number;
    private boolean settled;
    private boolean told = true;
    private volatile @Nullable Census census;
    private volatile boolean counting;

    private record Census(long era, Set<String> processes) {}

    /** Says who could have been granted anything before an era began, as {@link dev.millrace.redis.PermitLeases#settle}. */
    @FunctionalInterface
    interface Settling {

        /** Whether the era is settled by this. */
        boolean settle(long era, Set<String> processes);
    }

    /** @param processes the names of all that may run anything, this one among them; may block, and may throw */
    public Era(Supplier<Set<String>> processes) {
        this.processes = processes;
    }

    long number() {
        return number;
    }

    boolean isSettled() {
        return settled;
    }

    /** Whether everything that is held has to be told, because Redis may have forgotten it. */
    boolean isToBeTold() {
        return !settled && !told;
    }

    /**
     * The era of which Redis has been told everything that is held, with what is told now; 0 for none. It is said every time: what was
     * said last is what holds.
     */
    long complete(boolean tellingAll) {
        return tellingAll || told ? number : 0;
    }

    /** What Redis said; {@code told} when it was told everything that is held in the era it was asked for. */
    void heard(PermitEra now, boolean toldAll) {
        if (now.number() != number) {
            told = now.settled();
            number = now.number();
        } else if (toldAll) {
            told = true;
        }
        settled = now.settled();
    }

    /**
     * Tries to settle an era that is not: who lives is asked for aside, so that no lease waits for Kafka.
     *
     * @param heard called when that is known, on another thread
     * @return whether it is settled by this
     */
    boolean settle(Settling settling, Runnable heard) {
        if (settled || !told) {
            return false;
        }
        Census known = census;
        census = null;
        if (known != null && known.era() == number) {
            settled = settling.settle(number, known.processes());
        }
        if (!settled && !counting) {
            counting = true;
            long asOf = number;
            Thread.ofVirtual().name("permits-census").start(() -> count(asOf, heard));
        }
        return settled;
    }

    private void count(long asOf, Runnable heard) {
        try {
            census = new Census(asOf, processes.get());
        } catch (KafkaUnavailableException | RedisUnavailableException e) {
            log.debug("who lives is not known, so leases are waited for: {}", e.getMessage());
        } finally {
            counting = false;
            heard.run();
        }
    }
}
