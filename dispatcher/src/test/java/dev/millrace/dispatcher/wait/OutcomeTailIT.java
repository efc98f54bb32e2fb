package dev.millrace.dispatcher.wait;

import static dev.millrace.dispatcher.wait.Samples.address;
import static dev.millrace.dispatcher.wait.Samples.failed;
import static dev.millrace.dispatcher.wait.Samples.partition;
import static dev.millrace.dispatcher.wait.Samples.retrying;
import static dev.millrace.dispatcher.wait.Samples.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.dispatcher.record.OutcomeLog;
import dev.millrace.redis.InMemoryResults;
import dev.millrace.redis.Lookup;
import dev.millrace.redis.OutcomeBatch;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting on a real outcome log; how far the recorder is, the test decides. */
@RealBackends
class OutcomeTailIT {

    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final Duration LONG = Duration.ofSeconds(30);

    private final InMemoryResults results = new InMemoryResults(Clock.systemUTC());
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final OutcomeLog log;
    private final OutcomeTail tail;

    OutcomeTailIT(KafkaSpace space) {
        log = new OutcomeLog(space, "tail" + TESTS.incrementAndGet());
        tail = new OutcomeTail(log.settings(), results);
        results.reposition(partition(), OptionalLong.empty(), 0, OptionalLong.empty());
    }

    @AfterEach
    void close() {
        tail.close();
        callers.shutdownNow();
        log.close();
    }

    @Test
    void whatIsRecordedIsAnsweredAtOnce() throws Exception {
        results.write(new OutcomeBatch(partition(), 0, 1, List.of(Samples.entries(succeeded(1, "")))));

        assertThat(tail.await(address(1), Duration.ZERO)).isInstanceOf(Lookup.Finished.class);
    }

    @Test
    void anEndThatTheRecorderHasNotReachedYetIsSeenInTheLog() throws Exception {
        log.append(failed(1, 1, ""));
        log.append(succeeded(2, ""));

        assertThat(statusOf(tail.await(address(2), LONG))).isEqualTo(Status.SUCCEEDED);
        assertThat(statusOf(tail.await(address(1), LONG))).isEqualTo(Status.FAILED);
    }

    @Test
    void whoeverIsToldOfAnEndFindsItAfterwards() throws Exception {
        log.append(succeeded(1, ""));
        tail.await(address(1), LONG);

        assertThat(results.find(address(1))).isInstanceOf(Lookup.Finished.class);
    }

    @Test
    void aRetriedAttemptIsNoEnd() throws Exception {
        log.append(retrying(1, 1, ""));
        Future<Lookup> waiting = callers.submit(() -> tail.await(address(1), LONG));
        log.append(failed(1, 2, ""));

        assertThat(statusOf(waiting.get(30, TimeUnit.SECONDS))).isEqualTo(Status.FAILED);
    }

    @Test
    void whoWaitsWhileRedisIsFilledAgainIsToldAsSoonAsItIs() throws Exception {
        log.append(succeeded(1, ""));
        results.reposition(partition(), OptionalLong.of(0), 0, OptionalLong.of(1));
        assertThat(tail.await(address(1), Duration.ZERO)).isInstanceOf(Lookup.Rebuilding.class);
        Future<Lookup> waiting = callers.submit(() -> tail.await(address(1), LONG));

        results.write(new OutcomeBatch(partition(), 0, 1, List.of(Samples.entries(succeeded(1, "")))));
        results.drain();

        assertThat(statusOf(waiting.get(30, TimeUnit.SECONDS))).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void theFirstEndIsTheOneThatIsTold() throws Exception {
        log.append(succeeded(1, ""), failed(1, 1, ""));

        assertThat(statusOf(tail.await(address(1), LONG))).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void nothingFallsBetweenTheLookAndTheWaiting() throws Exception {
        for (int offset = 0; offset < 300; offset++) {
            long event = offset;
            Future<Lookup> waiting = callers.submit(() -> tail.await(address(event), LONG));
            log.append(succeeded(event, ""));
            assertThat(statusOf(waiting.get(30, TimeUnit.SECONDS))).isEqualTo(Status.SUCCEEDED);
        }
    }

    @Test
    void whoComesLateFindsWhatTheTailHasPassedAlready() throws Exception {
        log.append(succeeded(0, ""));
        tail.await(address(0), LONG);
        for (int offset = 1; offset < 200; offset++) {
            log.append(succeeded(offset, ""));
        }
        tail.await(address(199), LONG);

        for (int offset = 1; offset < 199; offset++) {
            assertThat(statusOf(tail.await(address(offset), LONG))).isEqualTo(Status.SUCCEEDED);
        }
    }

    @Test
    void thousandsOfCallersWaitOnOneConsumer() throws Exception {
        List<Future<Lookup>> waiting = new ArrayList<>();
        for (int offset = 0; offset < 5000; offset++) {
            long event = offset;
            waiting.add(callers.submit(() -> tail.await(address(event), LONG)));
        }
        for (int offset = 0; offset < 5000; offset++) {
            log.send(Samples.HEADING, Samples.pack(Samples.HEADING, succeeded(offset, "")));
        }
        log.flush();

        for (Future<Lookup> caller : waiting) {
            assertThat(statusOf(caller.get(30, TimeUnit.SECONDS))).isEqualTo(Status.SUCCEEDED);
        }
    }

    @Test
    void whenPatienceEndsWhatIsKnownIsAnswered() throws Exception {
        results.write(new OutcomeBatch(partition(), 0, 1, List.of(Samples.entries(retrying(1, 1, "")))));

        assertThat(tail.await(address(1), Duration.ofMillis(1))).isInstanceOf(Lookup.Unfinished.class);
        assertThat(tail.await(address(2), Duration.ofMillis(1))).isInstanceOf(Lookup.Absent.class);
    }

    @Test
    void aClosingDispatcherWakesEverybody() throws Exception {
        Future<Lookup> waiting = callers.submit(() -> tail.await(address(1), Duration.ofHours(1)));
        tail.close();

        assertThat(waiting.get(30, TimeUnit.SECONDS)).isInstanceOf(Lookup.Absent.class);
        assertThat(tail.await(address(2), Duration.ofHours(1))).isInstanceOf(Lookup.Absent.class);
    }

    @Test
    void whileRedisIsAwayAnEndThatCannotBeProvenTheFirstIsNotTold() {
        results.setAvailable(false);

        assertThatThrownBy(() -> tail.await(address(1), Duration.ofMillis(1)))
                .isInstanceOf(RedisUnavailableException.class);
    }

    @Test
    void aFollowerIsToldEveryAttemptWithItsLog() throws Exception {
        BlockingQueue<OutcomePack.Entry> told = new LinkedBlockingQueue<>();
        log.append(retrying(1, 1, "first try\n"));
        try (OutcomeTail.Following following = tail.follow(address(1), results.find(address(1)), told::add)) {
            log.append(succeeded(2, "another's\n"));
            log.append(failed(1, 2, "second try\n"));

            assertThat(text(told.poll(30, TimeUnit.SECONDS))).isEqualTo("first try\n");
            assertThat(text(told.poll(30, TimeUnit.SECONDS))).isEqualTo("second try\n");
            assertThat(following).isNotNull();
        }
    }

    private static String text(OutcomePack.Entry entry) {
        assertThat(entry).isNotNull();
        return new String(entry.log(), StandardCharsets.UTF_8);
    }

    private static Status statusOf(Lookup found) {
        assertThat(found).isInstanceOf(Lookup.Finished.class);
        return ((Lookup.Finished) found).outcome().status();
    }
}
