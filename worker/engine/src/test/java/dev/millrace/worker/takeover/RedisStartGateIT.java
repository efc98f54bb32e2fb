package dev.millrace.worker.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.embedded.EmbeddedRedis;
import dev.millrace.redis.Fences;
import dev.millrace.redis.Fences.AttemptKey;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisSettings;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import dev.millrace.worker.execute.StartGate.Answer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two workers' gates on one real Redis, which has to forget everything and is shared with nobody. */
class RedisStartGateIT {

    private static final LaneId LANE = new LaneId("t", 0, 1);

    private final Set<String> alive = ConcurrentHashMap.newKeySet();
    private final AtomicLong now = new AtomicLong();
    private static EmbeddedRedis store;

    private String prefix;
    private Redis redis;
    private RedisStartGate here;
    private RedisStartGate there;

    @BeforeAll
    static void start(@TempDir Path directory) {
        store = EmbeddedRedis.in(directory).start();
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @BeforeEach
    void open() {
        prefix = UUID.randomUUID() + ":";
        redis = new Redis(new RedisSettings(store.uri(), prefix));
        alive.addAll(Set.of("here", "there"));
        here = gate("here", redis);
        there = gate("there", redis);
        here.look();
        here.look(); // Now it is certain that nobody else has ever said anything.
        there.look();
    }

    private RedisStartGate gate(String name, Redis store) {
        return new RedisStartGate(name, new Fences(store), alive::contains, now::get);
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
    void aDangerousOneThatHasRunForAWhileIsNotGivenUpBecauseTheNextOneKills() {
        Delivery innocent = takenOver(10);
        Delivery killer = takenOver(11);
        assertThat(here.ask(innocent.crashed(2))).isEqualTo(new Answer.Begin(2));
        now.addAndGet(RedisStartGate.ALONE_FOR.toNanos());
        assertThat(here.ask(killer.crashed(2))).isEqualTo(new Answer.Begin(2));

        alive.remove("here");

        assertThat(there.ask(innocent)).isEqualTo(new Answer.Begin(2));
        now.addAndGet(RedisStartGate.ALONE_FOR.toNanos());
        assertThat(there.ask(killer)).isEqualTo(new Answer.Begin(3));
    }

    @Test
    void whatIsAcquittedAndAbandonedLeavesNoWordBehind() {
        Delivery delivery = takenOver(12);
        assertThat(here.ask(delivery.crashed(2))).isEqualTo(new Answer.Begin(2));
        now.addAndGet(RedisStartGate.ALONE_FOR.toNanos());
        assertThat(here.ask(takenOver(13).crashed(2))).isEqualTo(new Answer.Begin(2));
        here.abandoned(delivery);

        await().untilAsserted(() -> assertThat(there.ask(delivery)).isEqualTo(new Answer.Begin(1)));
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

    @Test
    void whatEndedHereIsKnownHereWhateverRedisKnows() throws Exception {
        Delivery copy = copy(10);
        here.ask(copy);
        here.ended(copy, () -> {});
        redisForgets();

        assertThat(here.ask(copy)).isEqualTo(new Answer.Skip());
    }

    @Test
    void whatRedisHasForgottenIsSaidAgainBeforeAnybodyBelievesItNeverWas() throws Exception {
        Delivery ended = copy(11);
        Delivery runs = takenOver(12);
        here.ask(ended);
        CompletableFuture<Void> told = new CompletableFuture<>();
        here.ended(ended, () -> told.complete(null));
        here.ask(runs);
        told.get(30, TimeUnit.SECONDS); // Or Redis would be told after it has forgotten.
        redisForgets();

        assertThat(there.ask(ended)).as("perhaps somebody knows of it").isEqualTo(new Answer.Wait());
        there.look();
        assertThat(there.ask(ended)).as("somebody may still say so").isEqualTo(new Answer.Wait());
        here.look();

        assertThat(there.ask(ended)).isEqualTo(new Answer.Skip());
        assertThat(there.ask(runs)).isEqualTo(new Answer.Wait());
        here.ended(runs, () -> {});
        await().untilAsserted(() -> assertThat(there.ask(runs)).isEqualTo(new Answer.Skip()));
    }

    @Test
    void whatNobodySaysAgainBeginsOnceEverybodyHasHadTheTime() throws Exception {
        redisForgets();
        assertThat(here.ask(copy(13))).isEqualTo(new Answer.Wait());
        here.look();
        assertThat(here.ask(copy(13))).isEqualTo(new Answer.Wait());

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(here.ask(copy(13))).isEqualTo(new Answer.Begin(0)));
    }

    @Test
    void whoIsNewWaitsForThoseWhoAreNot() throws Exception {
        redisForgets();
        RedisStartGate fresh = gate("fresh", redis);
        fresh.look();
        assertThat(fresh.ask(copy(14))).as("somebody may have been here before").isEqualTo(new Answer.Wait());
        here.look();
        fresh.look();
        assertThat(fresh.ask(copy(14))).as("and was").isEqualTo(new Answer.Wait());
    }

    @Test
    void aCopyWaitsForARedisThatIsAwayButNotForEver() {
        Delivery copy = copy(15);
        Delivery takenOver = takenOver(16);
        try (Redis away = new Redis(new RedisSettings(URI.create("redis://127.0.0.1:1"), prefix))) {
            RedisStartGate cutOff = gate("here", away);
            assertThatThrownBy(cutOff::look).isInstanceOf(RedisUnavailableException.class);

            assertThat(cutOff.ask(copy)).isEqualTo(new Answer.Wait());
            assertThat(cutOff.ask(takenOver)).as("its worker is dead").isEqualTo(new Answer.Begin(1));
            now.addAndGet(RedisStartGate.HELD_FOR.toNanos());
            assertThat(cutOff.ask(copy)).isEqualTo(new Answer.Begin(0));
        }
    }

    private static void redisForgets() throws IOException {
        try (Socket client = new Socket(store.uri().getHost(), store.uri().getPort())) {
            client.getOutputStream().write("FLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readNBytes(3))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("+OK");
        }
    }

    /** A later attempt, as it comes back from where it rested. */
    private static Delivery copy(long offset) {
        EventAddress origin = new EventAddress(7, 0, offset);
        EventHeader header = new EventHeader(0, 2, 0, EventHeader.MAX_TIME, 0, origin, null, null, 0, List.of());
        return new Delivery(LANE, offset + 1_000, origin, header, trigger(), new byte[0], null);
    }

    private static TriggerDefinition trigger() {
        TriggerRef ref = new TriggerRef(new FunctionRef("default", "work"), TriggerRef.API);
        return new TriggerDefinition(ref, 7, new TriggerSpec.Api(), true, 4, 1, 0, 0);
    }

    private static Delivery takenOver(long offset) {
        return new Delivery(
                        LANE,
                        offset,
                        new EventAddress(7, 0, offset),
                        EventHeader.accepted(0),
                        trigger(),
                        new byte[0],
                        null)
                .crashed(1);
    }
}
