package dev.millrace.redis;

import static dev.millrace.redis.Outcomes.ENDED;
import static dev.millrace.redis.Outcomes.address;
import static dev.millrace.redis.Outcomes.batch;
import static dev.millrace.redis.Outcomes.logging;
import static dev.millrace.redis.Outcomes.partition;
import static dev.millrace.redis.Outcomes.retrying;
import static dev.millrace.redis.Outcomes.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Status;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The real results keep their promises, and keep them in Redis in the way they should. */
@RealBackends
class RedisResultsIT extends ResultsContract {

    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final long TODAY = Tally.dayOf(ENDED);

    private final RedisSpace space;
    private Redis redis;

    RedisResultsIT(RedisSpace space) {
        this.space = space;
        this.redis = connect();
    }

    @Override
    void open() {
        redis.close();
        redis = connect();
        reader = new RedisResultReader(redis, clock);
        writer = new RedisResultWriter(redis, clock);
    }

    @Override
    void loseEverything() {
        String mine = redis.settings().keyPrefix() + "*";
        Set<String> keys = redis.call("KEYS", jedis -> jedis.keys(mine));
        redis.call("DEL", jedis -> jedis.del(keys.toArray(String[]::new)));
    }

    @AfterEach
    void close() {
        writer.close();
        redis.close();
    }

    @Test
    void aResultIsKeptUntilItsTimeIsOver() {
        writer.write(batch(0, 2, succeeded(1, "1"), logging(2, Status.RETRYING, 1, "again\n")));
        writer.drain();

        long leftOfResult = redis.call("TTL", jedis -> jedis.ttl(redis.keys().result(address(1))));
        long leftOfLog = redis.call("TTL", jedis -> jedis.ttl(redis.keys().log(address(2), 1)));
        long leftOfRetrying = redis.call("TTL", jedis -> jedis.ttl(redis.keys().retrying(address(2))));
        assertThat(leftOfResult).isBetween(Outcomes.TTL_SECONDS - 10L, (long) Outcomes.TTL_SECONDS);
        assertThat(leftOfLog).isGreaterThan(Outcomes.TTL_SECONDS - 10L);
        assertThat(leftOfRetrying).isGreaterThan(Outcomes.TTL_SECONDS);
    }

    @Test
    void anEndRemovesWhatWasKeptForTheTimeBefore() {
        writer.write(batch(0, 1, retrying(1, 1)));
        writer.write(batch(1, 2, Outcomes.outcome(1, Status.FAILED, 2, ENDED, Outcomes.NO_RESULT, "")));
        writer.drain();

        assertThat(exists(redis.keys().retrying(address(1)))).isFalse();
    }

    @Test
    void aLongLogIsCompressedAndAShortOneIsNot() {
        writer.write(batch(
                0,
                2,
                logging(1, Status.FAILED, 1, "x".repeat(100_000)),
                logging(2, Status.FAILED, 1, "x".repeat(1000))));
        writer.drain();

        long longOne = redis.call("STRLEN", jedis -> jedis.strlen(redis.keys().log(address(1), 1)));
        long shortOne = redis.call("STRLEN", jedis -> jedis.strlen(redis.keys().log(address(2), 1)));
        assertThat(longOne).isLessThan(1000);
        assertThat(shortOne).isEqualTo(1001);
    }

    @Test
    void whatRunsNowIsShownUntilThatAttemptEnds() {
        RunningRuns runs = new RunningRuns(redis);
        RunningRun second = new RunningRun(address(1), 2, ENDED, "w-1 of rack 7");
        runs.refresh(Set.of(second));
        assertThat(reader.find(address(1)))
                .isInstanceOfSatisfying(
                        Lookup.Unfinished.class,
                        unfinished -> assertThat(unfinished.running()).isEqualTo(second));

        writer.write(batch(0, 1, retrying(1, 1)));
        writer.drain();
        assertThat(reader.find(address(1)))
                .isInstanceOfSatisfying(
                        Lookup.Unfinished.class,
                        unfinished -> assertThat(unfinished.running()).isEqualTo(second));

        writer.write(batch(1, 2, retrying(1, 2)));
        writer.drain();
        assertThat(reader.find(address(1)))
                .isInstanceOfSatisfying(
                        Lookup.Unfinished.class,
                        unfinished -> assertThat(unfinished.running()).isNull());

        runs.ended(Set.of(address(1)));
        assertThat(exists(redis.keys().running(address(1)))).isFalse();
    }

    @Test
    void aResultOfSixMegabytesFits() {
        String result = "\"" + "r".repeat(6 * 1024 * 1024 - 2) + "\"";
        writer.write(batch(0, 1, succeeded(1, result)));
        writer.drain();

        assertThat(reader.find(address(1)))
                .isInstanceOfSatisfying(
                        Lookup.Finished.class,
                        finished -> assertThat(finished.outcome().result()).isEqualTo(Outcomes.utf8(result)));
    }

    @Test
    void whatWasRecordedIsCountedUpToThePositionAndNotTwice() {
        write(batch(0, 2, succeeded(1, "1"), Outcomes.failed(2, 1)));
        assertThat(counted(Status.SUCCEEDED)).isEqualTo(1);

        // A writer that stopped before its last answer: what it sent comes again from where it was left.
        writer.write(batch(2, 3, succeeded(3, "1")));
        anotherWriter();
        write(batch(2, 4, succeeded(3, "1"), succeeded(4, "1")));

        assertThat(counted(Status.SUCCEEDED)).isEqualTo(3);
        assertThat(counted(Status.FAILED)).isEqualTo(1);
        assertThat(tally().from()).isZero();
        assertThat(tally().until()).isEqualTo(4);
    }

    @Test
    void aPositionThatWasMovedBackCountsAnew() {
        write(batch(0, 2, succeeded(1, "1"), succeeded(2, "1")));
        assertThat(writer.reposition(partition(), OptionalLong.of(2), 0, OptionalLong.of(2)))
                .isTrue();
        assertThat(tally().counts()).isEmpty();

        write(batch(0, 2, succeeded(1, "1"), succeeded(2, "1")));

        assertThat(counted(Status.SUCCEEDED)).isEqualTo(2);
    }

    @Test
    void countsThatWereLostBeginWhereTheyAreNoticedToBe() {
        write(batch(0, 2, succeeded(1, "1"), succeeded(2, "1")));
        redis.call("DEL", jedis -> jedis.del(redis.keys().counting(partition())));
        anotherWriter();

        write(batch(2, 3, succeeded(3, "1")));

        assertThat(tally().from()).isEqualTo(2);
        assertThat(counted(Status.SUCCEEDED)).isEqualTo(1);
    }

    private void anotherWriter() {
        writer.close();
        writer = new RedisResultWriter(redis, clock);
    }

    private Tallies.Counted tally() {
        return new Tallies(redis).of(partition(), TODAY - 1, TODAY + 1).orElseThrow();
    }

    private long counted(Status status) {
        return tally().counts().getOrDefault(new Tallies.Cell(TODAY, Outcomes.HEADING.trigger(), status), 0L);
    }

    private boolean exists(byte[] key) {
        return redis.call("EXISTS", jedis -> jedis.exists(key));
    }

    private Redis connect() {
        return new Redis(new RedisSettings(space.uri(), space.prefix() + TESTS.incrementAndGet() + ":"));
    }
}
