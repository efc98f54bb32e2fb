package dev.millrace.worker.peers;

import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.StaticMembers;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.WorkerDetails;
import dev.millrace.redis.WorkerLease;
import dev.millrace.redis.WorkerLeases;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the leases of all workers four times a second and puts a dead one out of the consumer groups, so that its
 * lanes are taken over after three seconds and not after Kafka's session has ended. A worker does so only while its own
 * lease has held without a break: else it is Redis that was away, not the others. One thread of its own.
 */
public final class PeerWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PeerWatch.class);
    private static final Duration EVERY = Duration.ofMillis(250);
    /** Members are asked for less often: those that have or had a lease are known by it. */
    private static final int LOOKS_PER_CENSUS = 12;

    private final MemberName self;
    private final StaticMembers members;
    private final Supplier<Set<String>> leases;
    private final Supplier<Boolean> mayJudge;
    private final Counter evicted;
    private final Roll roll = new Roll(WorkerLeases.TTL.toNanos());
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("peer-watch").unstarted(this::watch);

    /** Of the watch's thread alone. */
    private Set<String> known = Set.of();

    /**
     * A watch.
     *
     * @param self this process
     * @param members of the groups to put the dead out of
     * @param lease this worker's own
     */
    public PeerWatch(
            MemberName self, StaticMembers members, WorkerLeases leases, WorkerLease lease, MeterRegistry meters) {
        this.self = self;
        this.members = members;
        this.leases = () -> alive(leases);
        this.mayJudge = () -> lease.hasHeldFor(WorkerLeases.TTL);
        this.evicted = Counter.builder("millrace.peers.evicted")
                .description("dead workers that this one put out of the consumer groups")
                .register(meters);
    }

    /** The processes whose leases hold, by the names they have in the groups. */
    public static Set<String> alive(WorkerLeases leases) {
        return leases.live().stream().map(PeerWatch::member).collect(Collectors.toSet());
    }

    /**
     * Puts earlier processes of the same worker out: nobody else waits for their leases to end. Kafka being away costs the
     * others a few seconds more.
     */
    public static void removePredecessors(MemberName self, StaticMembers members) {
        try {
            for (String member : members.names()) {
                if (self.isAnotherLifeOf(member) && members.remove(member)) {
                    log.info("worker {} is back: its earlier process {} gave up its lanes", self.worker(), member);
                }
            }
        } catch (KafkaUnavailableException e) {
            log.warn("earlier processes of worker {} keep their lanes until their leases end", self.worker(), e);
        }
    }

    /** Begins to watch. */
    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(EVERY.multipliedBy(8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // In a hurry: a watch that is too late does no harm.
        }
    }

    private void watch() {
        int look = 0;
        try {
            while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                look(look++ % LOOKS_PER_CENSUS == 0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does that; the others watch as well.
        }
    }

    private void look(boolean census) {
        try {
            Set<String> alive = leases.get();
            // Its own lease is the first to tell that Redis has forgotten everybody's.
            if (!mayJudge.get() || !alive.contains(self.text())) {
                roll.sighted(alive);
                return;
            }
            if (census) {
                known = members.names();
            }
            Set<String> others = new HashSet<>(known);
            others.remove(self.text());
            for (String dead : roll.dead(alive, others, System.nanoTime())) {
                putOut(dead);
            }
        } catch (RedisUnavailableException e) {
            log.debug("worker {} cannot see the others: {}", self.worker(), e.getMessage());
            roll.sighted(Set.of());
        } catch (KafkaUnavailableException e) {
            log.warn("worker {} could not look after the others and tries again", self.worker(), e);
        }
    }

    private void putOut(String dead) {
        if (dead.equals(self.text())) {
            return; // Its own lease was deleted by hand; it is the last to believe that it is dead.
        }
        boolean removed = members.remove(dead);
        roll.bury(dead);
        if (removed) {
            evicted.increment();
            log.warn(
                    "worker process {} has not been heard of for {} ms: its lanes are taken over by the others",
                    dead,
                    WorkerLeases.TTL.toMillis());
        }
    }

    private static String member(WorkerDetails details) {
        return new MemberName(details.worker(), details.startedAt()).text();
    }
}
