package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.FunctionRef;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RealBackends
class PermitLeasesIT {

    /** A slice that does not end. */
    private static final PermitTerms TERMS =
            new PermitTerms(Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofDays(40_000), 500);

    private static final PermitTerms SHORT =
            new PermitTerms(Duration.ofMillis(400), Duration.ofMillis(250), Duration.ofDays(40_000), 500);

    private static final FunctionRef F = FunctionRef.of("resize");
    private static final FunctionRef G = FunctionRef.of("charge");

    private final Redis redis;
    private final List<PermitLeases> opened = new ArrayList<>();
    private final Random random = new Random(3);

    PermitLeasesIT(RedisSpace space) {
        redis = new Redis(new RedisSettings(space.uri(), space.prefix()));
    }

    @BeforeEach
    void empty() {
        Keys keys = redis.keys();
        redis.call(
                "DEL",
                jedis -> jedis.del(
                        keys.permitEra(),
                        keys.permitWorkers(),
                        keys.permits(F),
                        keys.permits(G),
                        keys.permits("default"),
                        keys.growth()));
    }

    @AfterEach
    void close() {
        opened.forEach(PermitLeases::close);
        redis.close();
    }

    @Test
    void aWorkerThatIsAloneGetsAllThatItWantsAtOnceAndHalfOfTheRest() {
        PermitLeases alone = settled(TERMS, "a").getFirst();
        assertThat(ask(alone, F, 0, 1, 300)).isEqualTo(new PermitGrant(150, 150, false));
        assertThat(ask(alone, F, 150, 300, 300)).isEqualTo(new PermitGrant(300, 300, false));
        assertThat(ask(alone, G, 0, 1, 1)).isEqualTo(new PermitGrant(1, 1, false));
        assertThat(ask(alone, G, 1, 2, 0)).isEqualTo(new PermitGrant(1, 0, true));
        assertThat(ask(alone, F, 0, 0, 300)).isEqualTo(new PermitGrant(0, 0, false));
        assertThat(new PermitHolders(redis).of(F)).isEmpty();
    }

    @Test
    void whatOneGivesBackAnotherIsGrantedAndNeverMore() {
        List<PermitLeases> two = settled(TERMS, "a", "b");
        PermitLeases a = two.get(0);
        PermitLeases b = two.get(1);
        assertThat(ask(a, F, 0, 1, 300).granted()).isEqualTo(100);
        assertThat(ask(a, F, 100, 400, 300)).isEqualTo(new PermitGrant(300, 300, true));

        assertThat(ask(b, F, 0, 200, 300)).isEqualTo(new PermitGrant(0, 150, true));
        assertThat(ask(a, F, 300, 400, 300)).isEqualTo(new PermitGrant(300, 150, true));
        assertThat(ask(a, F, 260, 400, 300).granted()).isEqualTo(260);
        assertThat(ask(b, F, 0, 200, 300).granted()).isEqualTo(40);
        assertThat(ask(a, F, 150, 400, 300).granted()).isEqualTo(150);
        assertThat(ask(b, F, 40, 200, 300).granted()).isEqualTo(150);
        assertThat(new PermitHolders(redis).of(F))
                .isEqualTo(Map.of("a", new PermitHolders.Part(150, 400), "b", new PermitHolders.Part(150, 200)));
    }

    @Test
    void whatIsKeptIsNeverTakenAwayHoweverLowTheLimitIs() {
        PermitLeases alone = settled(TERMS, "a").getFirst();
        ask(alone, F, 0, 10, 300);
        assertThat(ask(alone, F, 10, 10, 3)).isEqualTo(new PermitGrant(10, 3, true));
        assertThat(ask(alone, F, 4, 10, 3)).isEqualTo(new PermitGrant(4, 3, true));
        assertThat(ask(alone, F, 3, 10, 4).granted()).isEqualTo(4);
    }

    @Test
    void theNamespacesLimitHoldsOverItsFunctions() {
        List<PermitLeases> two = settled(TERMS, "a", "b");
        PermitLeases a = two.get(0);
        PermitLeases b = two.get(1);
        assertThat(ask(a, F, 0, 7, 300, 10).granted()).isEqualTo(7);
        assertThat(ask(b, G, 0, 7, 300, 10)).isEqualTo(new PermitGrant(3, 5, true));
        assertThat(ask(a, F, 7, 7, 300, 10).share()).isEqualTo(5);
        assertThat(ask(a, F, 5, 7, 300, 10).granted()).isEqualTo(5);
        assertThat(ask(b, G, 3, 7, 300, 10).granted()).isEqualTo(5);
    }

    @Test
    void aLeaseThatIsNotRenewedEnds() {
        List<PermitLeases> two = settled(SHORT, "a", "b");
        assertThat(ask(two.get(0), F, 0, 8, 8).granted()).isEqualTo(8);
        assertThat(ask(two.get(1), F, 0, 8, 8).granted()).isZero();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .until(() -> ask(two.get(1), F, 0, 8, 8).granted() == 8);
        assertThat(ask(two.get(0), F, 2, 8, 8))
                .as("what was idle is somebody else's by now")
                .isEqualTo(new PermitGrant(0, 4, true, true));
        assertThat(two.get(0)
                        .round(List.of(new PermitAsk(F, 1, 8, 8, PermitAsk.UNLIMITED, true)), 0)
                        .grants()
                        .getFirst()
                        .granted())
                .as("a run that outlived its lease is told all the same")
                .isEqualTo(1);
    }

    @Test
    void afterRedisWasAwayNothingNewIsGrantedBeforeAllHaveSpoken() {
        List<PermitLeases> two = settled(SHORT, "a", "b");
        assertThat(ask(two.get(0), F, 0, 6, 8).granted()).isEqualTo(6);
        // No worker is heard of for longer than a lease: for Redis the same as having been away.
        redis.call(
                "HSET",
                jedis -> jedis.hset(
                        redis.keys().permitEra(), Map.of(bytes("last"), bytes("1"), bytes("settled"), bytes("1"))));
        byte[] row = redis.call("HGET", jedis -> jedis.hget(redis.keys().permits(F), bytes("a")));
        String ended = new String(row, StandardCharsets.US_ASCII).replaceFirst("\\d+$", "1");
        redis.call("HSET", jedis -> jedis.hset(redis.keys().permits(F), bytes("a"), bytes(ended)));

        assertThat(ask(two.get(1), F, 0, 8, 8).granted()).isZero();
        PermitEra era = two.get(1).round(List.of(), 0).era();
        assertThat(era.settled()).isFalse();
        two.get(1).round(List.of(), era.number());
        assertThat(two.get(1).settle(era.number(), Set.of("a", "b"))).isFalse();
        two.get(0).round(List.of(new PermitAsk(F, 6, 7, 8, PermitAsk.UNLIMITED)), era.number());
        assertThat(two.get(1).settle(era.number(), Set.of("a", "b"))).isTrue();
        assertThat(ask(two.get(1), F, 0, 8, 8).granted()).isEqualTo(2);
    }

    @Test
    void anEmptyRedisGrantsNothingBeforeATtlAndTakesWhatIsHeld() {
        PermitLeases a = leases(SHORT, "a");
        PermitLeases b = leases(SHORT, "b");
        assertThat(ask(a, F, 0, 8, 8).granted()).isZero();
        assertThat(ask(b, F, 5, 8, 8).granted()).isEqualTo(5);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .until(() ->
                        ask(b, F, 5, 8, 8).granted() == 5 && ask(a, F, 0, 8, 8).granted() == 3);
        assertThat(a.round(List.of(), 0).era().settled()).isTrue();
    }

    @Test
    void aRedisThatForgotTheScriptsIsTakenForOneThatWasStartedAnew() {
        PermitLeases alone = settled(TERMS, "a").getFirst();
        long before = alone.round(List.of(), 0).era().number();
        redis.call("SCRIPT FLUSH", jedis -> jedis.scriptFlush(redis.keys().permitEra()));
        PermitEra now = alone.round(List.of(), 0).era();
        assertThat(now.settled()).isFalse();
        assertThat(now.number()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void whatWasSentEarlierAndArrivesLaterChangesNothing() {
        PermitLeases late = settled(TERMS, "a").getFirst();
        PermitLeases again = leases(TERMS, "a");
        for (int i = 0; i < 5; i++) {
            again.round(List.of(), 0);
        }
        assertThat(ask(again, F, 0, 9, 9).granted()).isEqualTo(9);
        ask(late, F, 4, 4, 9);
        assertThat(new PermitHolders(redis).of(F)).containsEntry("a", new PermitHolders.Part(9, 9));
    }

    @Test
    void growthIsCountedInMinutesOverAllWorkers() {
        List<PermitLeases> two = settled(TERMS, "a", "b");
        PermitLeases.Growth first = two.get(0).grow(400, 0, 0);
        PermitLeases.Growth second = two.get(1).grow(400, 0, 0);
        if (first.minute() == second.minute()) {
            assertThat(first.granted() + second.granted()).isEqualTo(500);
            PermitLeases.Growth third = two.get(1).grow(400, 30, second.minute());
            assertThat(third.granted()).isEqualTo(third.minute() == second.minute() ? 30 : 400);
        }
        assertThat(second.left()).isBetween(Duration.ofMillis(1), Duration.ofMinutes(1));
    }

    @Test
    void theScriptSharesOutAsTheRuleSays() {
        for (int round = 0; round < 60; round++) {
            empty();
            int n = 1 + random.nextInt(6);
            String[] names = IntStream.range(0, n).mapToObj(i -> "w" + i).toArray(String[]::new);
            List<PermitLeases> workers = settled(TERMS, names);
            int limit = random.nextInt(40);
            int[] wants = random.ints(n, 0, 30).map(w -> w + 1).toArray();
            for (int i = 0; i < n; i++) {
                ask(workers.get(i), F, 0, wants[i], limit);
            }
            int[] shares = WaterFilling.shares(limit, wants, 0);
            int left = limit - Arrays.stream(shares).sum();
            int spare = PermitAsk.isTight(limit, n) ? 0 : left / (n + 1);
            for (int i = 0; i < n; i++) {
                assertThat(ask(workers.get(i), F, 0, wants[i], limit).share())
                        .as("limit %s, wants %s, worker %s", limit, Arrays.toString(wants), i)
                        .isEqualTo(shares[i] + spare);
            }
        }
    }

    /** Any number of workers, any order of asking, any change of the limit: the sum is never above it by a grant. */
    @Test
    void whateverIsAskedTheSumNeverExceedsTheLimitAndReachesItWhenThereIsWork() {
        for (int round = 0; round < 20; round++) {
            empty();
            int n = 1 + random.nextInt(5);
            String[] names = IntStream.range(0, n).mapToObj(i -> "w" + i).toArray(String[]::new);
            List<PermitLeases> workers = settled(TERMS, names);
            int[] held = new int[n];
            int limit = 1 + random.nextInt(20);
            for (int step = 0; step < 40; step++) {
                int who = random.nextInt(n);
                PermitGrant grant = ask(workers.get(who), F, held[who], random.nextInt(25), limit);
                assertThat(grant.granted()).isGreaterThanOrEqualTo(held[who]);
                held[who] = random.nextBoolean() ? grant.granted() : Math.min(grant.granted(), grant.share());
                assertThat(Arrays.stream(held).sum()).isLessThanOrEqualTo(limit);
            }
            for (int again = 0; again < 3; again++) {
                for (int i = 0; i < n; i++) {
                    PermitGrant grant = ask(workers.get(i), F, held[i], 25, limit);
                    held[i] = Math.min(grant.granted(), grant.share());
                    ask(workers.get(i), F, held[i], 25, limit);
                }
            }
            assertThat(Arrays.stream(held).sum()).isEqualTo(limit);
        }
    }

    private PermitGrant ask(PermitLeases leases, FunctionRef function, int keep, int want, int limit) {
        return ask(leases, function, keep, want, limit, PermitAsk.UNLIMITED);
    }

    private PermitGrant ask(
            PermitLeases leases, FunctionRef function, int keep, int want, int limit, int namespaceLimit) {
        return leases.round(List.of(new PermitAsk(function, keep, want, limit, namespaceLimit)), 0)
                .grants()
                .getFirst();
    }

    private PermitLeases leases(PermitTerms terms, String name) {
        PermitLeases leases = new PermitLeases(redis, name, terms);
        opened.add(leases);
        return leases;
    }

    /** Workers that have all spoken, and know of each other. */
    private List<PermitLeases> settled(PermitTerms terms, String... names) {
        List<PermitLeases> all =
                Arrays.stream(names).map(name -> leases(terms, name)).toList();
        long era = all.getFirst().round(List.of(), 0).era().number();
        all.forEach(one -> one.round(List.of(), era));
        assertThat(all.getFirst().settle(era, Set.of(names))).isTrue();
        all.forEach(one -> one.round(List.of(), era));
        return all;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
