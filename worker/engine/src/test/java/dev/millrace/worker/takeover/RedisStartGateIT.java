package dev.millrace.worker.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.redis.Fences;
import dev.millrace.redis.Fences.AttemptKey;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisSettings;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import dev.millrace.worker.execute.StartGate.Answer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two workers' gates on one real Redis. */
@RealBackends
class RedisStartGateIT {

    private static final LaneId LANE = new LaneId("t", 0, 1);

    private final Set<String> alive = ConcurrentHashMap.newKeySet();
    private final AtomicLong now = new AtomicLong();
    private Redis redis;
    private RedisStartGate here;
    private RedisStartGate there;

    @BeforeEach
    void open(RedisSpace space) {
        redis = new Redis(new RedisSettings(space.uri(), space.prefix()));
        alive.addAll(Set.of("here", "there"));
        here = new RedisStartGate("here", new Fences(redis), alive::contains, now::get);
        there = new RedisStartGate("there", new Fences(redis), alive::contains, now::get);
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void oneOfTwoBeginsAndTheOtherWaitsUntilItHasEnded() {
        Delivery delivery = takenOver(1);
        assertThat(here.ask(delivery)).isEqualTo(new Answer.Begin(1));
        assertThat(there.ask(delivery)).isEqualTo(new Answer.Wait());
        here.ended(delivery, () -> {});
        await().untilAsserted(() -> assertThat(there.ask(delivery)).isEqualTo(new Answer.Skip()));
    }

    @Test
    void ofTwoCopiesThatComeToOneWorkerAtOnceOneBegins() throws Exception {
        for (int offset = 100; offset < 300; offset++) {
            Delivery delivery = takenOver(offset);
            CompletableFuture<Answer> other = CompletableFuture.supplyAsync(() -> here.ask(delivery));
            Answer own = here.ask(delivery);
            assertThat(List.of(own, other.get())).containsOnlyOnce(new Answer.Begin(1));
        }
    }

    @Test
    void aCopyThatComesBeforeRedisHasHeardOfTheEndDoesNotBegin() {
        for (int offset = 300; offset < 400; offset++) {
            Delivery delivery = takenOver(offset);
            here.ask(delivery);
            here.ended(delivery, () -> {});
            assertThat(here.ask(delivery)).isNotInstanceOf(Answer.Begin.class);
        }
    }

    @Test
    void whatADeadWorkerBeganIsBegunAgainAndCounted() {
        Delivery delivery = takenOver(2);
        here.ask(delivery);
        alive.remove("here");
        assertThat(there.ask(delivery)).isEqualTo(new Answer.Begin(2));
    }

    @Test
    void whatWasBegunForALostLaneIsNotWaitedForAlthoughItsWorkerLives() {
        Delivery delivery = takenOver(3);
        here.ask(delivery);
        here.lost(new LaneId("t", 0, 2));
        assertThat(there.ask(delivery)).isEqualTo(new Answer.Wait());
        here.lost(LANE);
        await().untilAsserted(() -> assertThat(there.ask(delivery)).isEqualTo(new Answer.Begin(1)));
    }

    @Test
    void aDangerousOneLeavesRoomForTheNextWhenItsLaneIsLost() {
        assertThat(here.ask(takenOver(4).crashed(2))).isEqualTo(new Answer.Begin(2));
        assertThat(here.ask(takenOver(5).crashed(2))).as("one at a time").isEqualTo(new Answer.Wait());
        here.lost(LANE);
        assertThat(here.ask(takenOver(5).crashed(2))).isEqualTo(new Answer.Begin(2));
    }

    @Test
    void aDangerousOneThatHasNotKilledForAWhileHoldsUpNobody() {
        assertThat(here.ask(takenOver(6).crashed(2))).isEqualTo(new Answer.Begin(2));
        now.addAndGet(RedisStartGate.ALONE_FOR.toNanos());
        assertThat(here.ask(takenOver(7).crashed(2))).isEqualTo(new Answer.Begin(2));
        assertThat(here.ask(takenOver(8).crashed(2))).isEqualTo(new Answer.Wait());
    }

    @Test
    void whatRunsHereIsWaitedForAlthoughRedisHasForgotten() {
        Delivery delivery = takenOver(9);
        assertThat(here.ask(delivery)).isEqualTo(new Answer.Begin(1));
        new Fences(redis)
                .remove(
                        new AttemptKey(delivery.address(), 1),
                        FenceWord.begunBy("here", 1).text());

        assertThat(here.ask(delivery)).isEqualTo(new Answer.Wait());
        here.ended(delivery, () -> {});
        await().untilAsserted(() -> assertThat(here.ask(delivery)).isEqualTo(new Answer.Skip()));
    }

    private static Delivery takenOver(long offset) {
        TriggerRef ref = new TriggerRef(new FunctionRef("default", "work"), TriggerRef.API);
        TriggerDefinition trigger = new TriggerDefinition(ref, 7, new TriggerSpec.Api(), true, 4, 1, 0, 0);
        return new Delivery(
                        LANE,
                        offset,
                        new EventAddress(7, 0, offset),
                        EventHeader.accepted(0),
                        trigger,
                        new byte[0],
                        null)
                .crashed(1);
    }
}
