package dev.millrace.worker.peers;

import dev.millrace.kafka.KafkaUnavailableException;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which workers' processes live. That a lease has ended tells that a worker is dead only while this one's own has held all
 * along: when Redis was away, was full or has forgotten, nobody could renew his. Then who is a member of the groups is taken to
 * live, and when Kafka cannot be asked either, everybody. Thread-safe.
 */
public final class Living {

    private static final Logger log = LoggerFactory.getLogger(Living.class);
    private static final Duration MEMBERS_HOLD = Duration.ofMillis(500);

    private final String self;
    private final Supplier<Set<String>> leases;
    private final BooleanSupplier mayJudge;
    private final Supplier<Set<String>> members;
    private final LongSupplier nanoTime;

    /** Guarded by this. */
    private Predicate<String> membership = process -> true;

    private long askedAt;
    private boolean asked;

    /**
     * Who lives, as this process can tell.
     *
     * @param self this process
     * @param leases the processes whose leases hold; may throw {@code RedisUnavailableException}
     * @param mayJudge whether this process's own lease has held for as long as a lease lasts
     * @param members those of the consumer groups; may throw {@link KafkaUnavailableException}
     * @param nanoTime {@code System::nanoTime}
     */
    public Living(
            String self,
            Supplier<Set<String>> leases,
            BooleanSupplier mayJudge,
            Supplier<Set<String>> members,
            LongSupplier nanoTime) {
        this.self = self;
        this.leases = leases;
        this.mayJudge = mayJudge;
        this.members = members;
        this.nanoTime = nanoTime;
    }

    /**
     * Who lives at this moment.
     *
     * @throws dev.millrace.redis.RedisUnavailableException Redis does not answer
     */
    public Predicate<String> look() {
        // Asked before the leases are: those that were there while it was true are what is judged by.
        boolean judges = mayJudge.getAsBoolean();
        Set<String> leased = leases.get();
        if (judges && leased.contains(self)) {
            return leased::contains;
        }
        return process -> leased.contains(process) || membership().test(process);
    }

    private synchronized Predicate<String> membership() {
        long now = nanoTime.getAsLong();
        if (!asked || now - askedAt > MEMBERS_HOLD.toNanos()) {
            membership = ask();
            asked = true;
            askedAt = nanoTime.getAsLong();
        }
        return membership;
    }

    private Predicate<String> ask() {
        try {
            return members.get()::contains;
        } catch (KafkaUnavailableException e) {
            log.debug("nobody is taken for dead: neither Redis nor Kafka tells who lives", e);
            return process -> true;
        }
    }
}
