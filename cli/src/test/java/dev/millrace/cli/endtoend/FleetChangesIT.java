package dev.millrace.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers that come and go, and a Redis that is away, while events flow. */
@RealBackends
class FleetChangesIT {

    /** Every run leaves a line, whatever becomes of the rest. */
    private static final String SOURCE = """
            import os

            def main_handler(event, context):
                ledger = os.open(os.environ["LEDGER"], os.O_APPEND | os.O_CREAT | os.O_WRONLY)
                os.write(ledger, f"{context['request_id']}\\n".encode())
                os.close(ledger)
                return event
            """;

    @TempDir
    Path scratch;

    private final KafkaSpace kafka;

    FleetChangesIT(KafkaSpace kafka) {
        this.kafka = kafka;
    }

    @Test
    @Timeout(200)
    void whatIsAcceptedRunsOnceWhileWorkersJoinAndLeaveAndRedisIsAway() throws Exception {
        try (Fleet fleet = new Fleet(kafka, scratch);
                Caller caller = new Caller()) {
            OwnProcess dispatcher = fleet.dispatcher();
            OwnProcess first = fleet.worker();
            URI api = dispatcher.awaitReady();
            first.awaitReady();
            Path ledger = fleet.file("runs");
            fleet.deploy(
                    api,
                    "{name: note, runtime: python3, handler: index.main_handler, environment: {LEDGER: '" + ledger
                            + "'}}",
                    "index.py",
                    SOURCE);

            Queue<String> accepted = new ConcurrentLinkedQueue<>();
            try (Flow flow = new Flow(caller, api, accepted)) {
                flow.awaitMore(200);
                OwnProcess second = fleet.worker();
                second.awaitReady();
                flow.awaitMore(200);
                assertThat(first.stop()).as(first.errors()).isZero();
                flow.awaitMore(200);
                OwnProcess third = fleet.worker();
                third.awaitReady();
                flow.awaitMore(200);
                assertThat(second.stop()).as(second.errors()).isZero();
                flow.awaitMore(200);

                fleet.redis().stop();
                flow.awaitMore(200);
                fleet.redis().restart();
                flow.awaitMore(200);
            }

            List<String> promised = List.copyOf(accepted);
            Caller.forEach(
                    promised.size(),
                    i -> assertThat(caller.ended(api, promised.get(i))
                                    .path("status")
                                    .asString())
                            .as(promised.get(i))
                            .isEqualTo("SUCCEEDED"));
            Map<String, Long> runs = Files.readAllLines(ledger).stream()
                    .collect(Collectors.groupingBy(requestId -> requestId, Collectors.counting()));
            assertThat(runs.keySet()).hasSameElementsAs(promised);
            runs.values().removeIf(times -> times == 1);
            assertThat(runs)
                    .as("events that ran more than once" + fleet.errors())
                    .isEmpty();
        }
    }

    /** Hands events in, one after another on a few threads, until it is closed. Every one has to be accepted. */
    private static final class Flow implements AutoCloseable {

        private static final int THREADS = 4;

        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicInteger count = new AtomicInteger();
        private final List<Future<?>> ends;

        Flow(Caller caller, URI api, Queue<String> accepted) {
            ends = IntStream.range(0, THREADS)
                    .<Future<?>>mapToObj(_ -> threads.submit(() -> {
                        while (!stopped.get()) {
                            accepted.add(caller.invoke(api, "note", "{\"n\":" + count.incrementAndGet() + "}"));
                        }
                        return null;
                    }))
                    .toList();
        }

        void awaitMore(int events) throws Exception {
            int wanted = count.get() + events;
            Eventually.within(Duration.ofSeconds(30), () -> count + " of " + wanted + " handed in", () -> {
                for (Future<?> end : ends) {
                    if (end.isDone()) {
                        end.get();
                    }
                }
                return count.get() >= wanted;
            });
        }

        /** Waits for the calls under way. */
        @Override
        public void close() {
            stopped.set(true);
            threads.close();
            assertThat(ends).allSatisfy(end -> assertThat(end).succeedsWithin(Duration.ZERO));
        }
    }
}
