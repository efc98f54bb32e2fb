package dev.millrace.dispatcher.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.program.Backends;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@RealBackends
class BookkeeperIT {

    private static final Duration EVERY = Duration.ofMillis(300);
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Backends backends;

    BookkeeperIT(KafkaSpace kafka, RedisSpace redis) {
        this.backends = RunningDispatcher.backends(kafka, redis);
    }

    @Test
    void oneDispatcherMakesTheBooksUnaskedAndTellsWhatIsWrong() throws Exception {
        try (RunningDispatcher one = new RunningDispatcher(backends, EVERY);
                RunningDispatcher two = new RunningDispatcher(backends, EVERY)) {
            one.deploy("unasked");
            String lost = one.accept("unasked", "1");
            one.commit(lost);

            await().atMost(SOON).until(() -> drift(one) + drift(two) == 1);
            RunningDispatcher keeper = drift(one) == 1 ? one : two;
            RunningDispatcher other = keeper == one ? two : one;
            assertThat(keeper.get("/readyz").body()).contains("1 do not come out even");
            assertThat(other.get("/readyz").body()).doesNotContain("come out even");

            one.succeed(lost, "1", "");
            await().atMost(SOON).until(() -> drift(keeper) == 0 && counted(keeper) == 1);
            assertThat(keeper.get("/readyz").body()).contains("\"books\":\"ok\"");

            keeper.dispatcher().close();
            await().atMost(SOON).until(() -> counted(other) == 1);
        }
    }

    private static int drift(RunningDispatcher dispatcher) throws IOException, InterruptedException {
        return figure(dispatcher, "millrace_books_drift{trigger=\"default/unasked/api\"} ");
    }

    private static int counted(RunningDispatcher dispatcher) throws IOException, InterruptedException {
        return figure(dispatcher, "millrace_books_counted{status=\"succeeded\",trigger=\"default/unasked/api\"} ");
    }

    /** 0 when it is not shown. */
    private static int figure(RunningDispatcher dispatcher, String series) throws IOException, InterruptedException {
        return dispatcher
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(series.length())))
                .sum();
    }
}
