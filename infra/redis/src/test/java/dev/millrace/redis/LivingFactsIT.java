package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.EventAddress;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import dev.millrace.testkit.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leases, claims, dedup keys and gauges: what programs tell each other through Redis. */
@RealBackends
class LivingFactsIT {

    private final Redis redis;
    private final SettableClock clock = SettableClock.at("2026-01-02T03:04:05Z");

    LivingFactsIT(RedisSpace space) {
        redis = new Redis(new RedisSettings(space.uri(), space.prefix()));
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void anOrdinaryRedisIsFit() {
        redis.requireFit();
        assertThat(redis.isReachable()).isTrue();
    }

    @Test
    void aKeyIsReservedOnceSettledAndTakenOverOnlyFromTheOneWhoWasSeen() {
        Reservations reservations = new Reservations(redis);
        Reservation first = new Reservation("f1", 3, 1000, "a", null);
        Reservation second = new Reservation("f1", 3, 2000, "b", null);

        assertThat(reservations.reserve(7, "k", first)).isEmpty();
        assertThat(reservations.reserve(7, "k", second)).hasValueSatisfying(held -> {
            assertThat(held.reservation()).isEqualTo(first);
            assertThat(held.age()).isLessThan(Duration.ofMinutes(1));
        });
        assertThat(reservations.reserve(8, "k", second)).isEmpty();
        assertThat(reservations.settle(7, "k", second, 5)).contains(first);
        Reservation third = new Reservation("f1", 3, 3000, "c", null);
        assertThat(reservations.takeOver(7, "k", second, third)).isFalse();
        assertThat(reservations.takeOver(7, "k", first, second)).isTrue();
        assertThat(reservations.settle(7, "k", first, 5)).contains(second);
        assertThat(reservations.settle(7, "k", second, 6)).contains(second.settledAt(6));
        reservations.release(7, "k", second);
        assertThat(reservations.reserve(7, "k", first))
                .hasValueSatisfying(
                        held -> assertThat(held.reservation().offset()).isEqualTo(6));
        reservations.release(8, "k", second);
        assertThat(reservations.reserve(8, "k", first)).isEmpty();
    }

    @Test
    void wishesToEndInvocationsAreReadOnceAndWhoeverAsksTwiceIsInAHurry() {
        Cancellations cancellations = new Cancellations(redis);
        EventAddress patient = new EventAddress(5, 1, 10);
        EventAddress hurried = new EventAddress(5, 1, 11);
        assertThat(cancellations.since(0).graceful()).isEmpty();

        cancellations.request(patient, true);
        cancellations.request(hurried, true);
        cancellations.request(hurried, false);

        Cancellations.Seen seen = cancellations.since(0);
        assertThat(seen.graceful()).isEqualTo(Map.of(patient, true, hurried, false));
        assertThat(cancellations.since(seen.position() + 61_000).graceful()).isEmpty();
    }

    @Test
    void aWorkerIsListedWhileItsLeaseHolds() {
        WorkerLeases leases = new WorkerLeases(redis);
        WorkerDetails details = details("w-list");
        leases.refresh(details);

        assertThat(leases.live()).contains(details);
        assertThat(leases.isLive("w-list")).isTrue();
        long left = redis.call("PTTL", jedis -> jedis.pttl(redis.keys().lease("w-list")));
        assertThat(left).isBetween(1L, WorkerLeases.TTL.toMillis());

        redis.call("DEL", jedis -> jedis.del(redis.keys().lease("w-list")));
        assertThat(leases.live()).doesNotContain(details);
        assertThat(leases.isLive("w-list")).isFalse();
    }

    @Test
    void aPartitionForCallsHasOneHolderUntilHeLetsGo() {
        RequestPartitions partitions = new RequestPartitions(redis);
        CallWorker first = callWorker("w-1", 11, 3);
        CallWorker second = callWorker("w-2", 22, 5);

        int ofFirst = partitions.take("a", first).orElseThrow();
        int ofSecond = partitions.take("b", second).orElseThrow();

        assertThat(ofSecond).isNotEqualTo(ofFirst);
        assertThat(partitions.workers()).containsEntry(ofFirst, first).containsEntry(ofSecond, second);
        assertThat(partitions.renew(ofFirst, "b", second)).isFalse();
        CallWorker later = callWorker("w-1", 11, 0);
        assertThat(partitions.renew(ofFirst, "a", later)).isTrue();
        assertThat(partitions.workers()).containsEntry(ofFirst, later);
        partitions.release(ofFirst, "b");
        assertThat(partitions.workers()).containsKey(ofFirst);

        partitions.release(ofFirst, "a");

        assertThat(partitions.workers()).doesNotContainKey(ofFirst);
        assertThat(partitions.take("c", second)).hasValue(ofFirst);
        partitions.release(ofFirst, "c");
        partitions.release(ofSecond, "b");
    }

    @Test
    void aLeaseThatRedisHasForgottenIsHeldAgainByItsHolder() {
        RequestPartitions partitions = new RequestPartitions(redis);
        int held = partitions.take("d", callWorker("w-4", 44, 1)).orElseThrow();
        redis.call("DEL", jedis -> jedis.del(redis.keys().requestPartition(held)));

        assertThat(partitions.renew(held, "d", callWorker("w-4", 44, 1))).isTrue();

        assertThat(partitions.workers()).containsEntry(held, callWorker("w-4", 44, 1));
        partitions.release(held, "d");
    }

    private static CallWorker callWorker(String name, long lease, int free) {
        return new CallWorker(
                name,
                lease,
                true,
                free,
                1,
                Set.of("python3"),
                Set.of("default/price"),
                Set.of("default/price"),
                Set.of());
    }

    @Test
    void aWorkerLearnsThatItIsToDrainAndIsGoneWhenItCloses() throws Exception {
        WorkerLeases leases = new WorkerLeases(redis);
        CountDownLatch asked = new CountDownLatch(1);
        try (WorkerLease lease =
                new WorkerLease(leases, () -> details("w-drain"), asked::countDown, System::nanoTime)) {
            assertThat(lease.hasHeldFor(Duration.ofHours(1))).isFalse();
            leases.requestDrain("w-drain");
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(leases.requestDrain("w-drain")).isTrue();
        }
        assertThat(leases.isLive("w-drain")).isFalse();
        assertThat(leases.requestDrain("w-nobody")).isFalse();
    }

    @Test
    void aLeaseHasHeldOnlySinceItsLastInterruption() throws Exception {
        AtomicLong now = new AtomicLong();
        CountDownLatch refreshed = new CountDownLatch(2);
        try (WorkerLease lease = new WorkerLease(
                new WorkerLeases(redis),
                () -> {
                    refreshed.countDown();
                    return details("w-held");
                },
                () -> {},
                now::get)) {
            assertThat(refreshed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(lease.hasHeldFor(Duration.ZERO)).isTrue();
            assertThat(lease.hasHeldFor(WorkerLeases.TTL)).isFalse();
            now.addAndGet(WorkerLeases.TTL.toNanos());
            assertThat(lease.hasHeldFor(WorkerLeases.TTL)).isFalse();
        }
    }

    @Test
    void theFirstEventWithADedupKeyIsRemembered() {
        DedupLedger ledger = new DedupLedger(redis);
        EventAddress first = new EventAddress(4, 1, 100);

        assertThat(ledger.first(4, "order 17")).isEmpty();
        assertThat(ledger.enter("order 17", first)).isEqualTo(first);
        assertThat(ledger.enter("order 17", new EventAddress(4, 0, 7))).isEqualTo(first);
        assertThat(ledger.enter("order 17", first)).isEqualTo(first);
        assertThat(ledger.first(4, "order 17")).hasValue(first);
        EventAddress ofAnotherTrigger = new EventAddress(5, 1, 100);
        assertThat(ledger.enter("order 17", ofAnotherTrigger)).isEqualTo(ofAnotherTrigger);
    }

    @Test
    void aLaneHandsItsClaimsToItsNextOwner() {
        Claims claims = new Claims(redis);
        Claim runs = new Claim("w 1", 2, false);
        claims.put("millrace.t.00000a", 3, 7, runs);
        claims.put("millrace.t.00000a", 3, 9, runs);
        claims.put("millrace.t.00000a", 3, 9, new Claim("w 1", 2, true));

        assertThat(claims.of("millrace.t.00000a", 3))
                .containsExactly(Map.entry(7L, runs), Map.entry(9L, new Claim("w 1", 2, true)));
        claims.remove("millrace.t.00000a", 3, List.of(7L));
        claims.remove("millrace.t.00000a", 3, List.of());
        assertThat(claims.of("millrace.t.00000a", 3)).containsOnlyKeys(9L);
        assertThat(claims.of("millrace.t.00000a", 2)).isEmpty();
    }

    @Test
    void aWorkerTakesItsNameOffItsOwnClaimsAndOffNoOthers() {
        Claims claims = new Claims(redis);
        Claim own = new Claim("w 1", 2, false);
        Claim anothers = new Claim("w 2", 3, false);
        claims.put("millrace.t.00000c", 3, Map.of(7L, own, 8L, own, 9L, anothers), Map.of());

        claims.letGo("millrace.t.00000c", 3, Map.of(7L, own, 9L, own, 11L, own));

        assertThat(claims.of("millrace.t.00000c", 3))
                .containsExactly(Map.entry(7L, new Claim("", 2, false)), Map.entry(8L, own), Map.entry(9L, anothers));
        claims.letGo("millrace.t.00000c", 3, Map.of());
    }

    @Test
    void aGaugeIsBelievedWhileItIsFresh() {
        QueueGauges gauges = new QueueGauges(redis, clock);
        QueueGauge busy = new QueueGauge(12, 3, 1_790_000_000_000L, "concurrency");
        QueueGauge idle = new QueueGauge(0, 0, 0, null);
        gauges.publish("millrace.t.00000b", Map.of(0, busy));
        clock.advance(Duration.ofSeconds(6));
        gauges.publish("millrace.t.00000b", Map.of(1, idle));
        assertThat(gauges.of("millrace.t.00000b")).containsExactly(Map.entry(0, busy), Map.entry(1, idle));

        clock.advance(Duration.ofSeconds(6));
        assertThat(gauges.of("millrace.t.00000b")).containsExactly(Map.entry(1, idle));
        gauges.withdraw("millrace.t.00000b", List.of(1));
        assertThat(gauges.of("millrace.t.00000b")).isEmpty();
    }

    private static WorkerDetails details(String worker) {
        return new WorkerDetails(worker, "rack-7", "0.1.0", 1_790_000_000_000L, 8, 2, Map.of("default/resize", 2));
    }
}
