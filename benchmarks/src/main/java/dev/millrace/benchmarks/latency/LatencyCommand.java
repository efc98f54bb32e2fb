package dev.millrace.benchmarks.latency;

import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import dev.millrace.benchmarks.stage.Events;
import dev.millrace.benchmarks.stage.FrontDoor;
import dev.millrace.benchmarks.stage.Ground;
import dev.millrace.benchmarks.stage.Stage;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.program.StartException;
import dev.millrace.redis.Lookup;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisResultReader;
import dev.millrace.redis.ResultReader;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code latency}: at a steady rate, from the moment an event is due to be published until the broker has it, until
 * the HTTP front door has answered, and until its result can be read. For the last one event in four is asked for, as a caller would, every 0.2 ms.
 */
@Command(name = "latency", description = "Publish to accepted, and publish to readable result, at a steady rate.")
public final class LatencyCommand implements Callable<Integer> {

    private static final String FUNCTION = "timed";
    private static final int SAMPLED = 4;
    private static final Duration BETWEEN_LOOKS = Duration.ofNanos(200_000);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Mixin
    private ReportOptions options;

    @Option(names = "--rate", description = "Events per second (${DEFAULT-VALUE}).", defaultValue = "500")
    private int rate;

    @Option(names = "--seconds", description = "Length of a round (${DEFAULT-VALUE}).", defaultValue = "20")
    private int seconds;

    @Option(names = "--bytes", description = "Size of an event (${DEFAULT-VALUE}).", defaultValue = "300")
    private int bytes;

    private final SplittableRandom random = new SplittableRandom(1);

    @Override
    public Integer call() throws IOException, StartException {
        Report report = options.begin();
        try (Ground ground = Ground.open();
                Stage stage = new Stage(ground, "latency")) {
            TriggerDefinition trigger = stage.define(FUNCTION, 300);
            try (FrontDoor door = FrontDoor.open(stage.backing());
                    HttpClient http = HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .build();
                    Redis redis = new Redis(stage.backing().redisSettings());
                    Worker _ = worker(stage)) {
                ResultReader results = new RedisResultReader(redis, Clock.systemUTC());
                for (int i = -1; i < options.rounds(); i++) {
                    Round round = new Round(stage, trigger, results);
                    round.run();
                    HttpRound httpRound = new HttpRound(http, door.invocations(FUNCTION), bytes);
                    Times overHttp = httpRound.run(pace());
                    options.progress()
                            .println((i < 0 ? "warm-up" : "round " + i) + ": accepted " + round.accepted
                                    + "; over HTTP " + overHttp + "; result " + round.readable);
                    if (i >= 0) { // A cold front door on a busy machine may refuse; a warm one must not.
                        httpRound.requireAllAccepted();
                        round.accepted.addTo(report, "publish to accepted");
                        overHttp.addTo(report, "POST to 202");
                        round.readable.addTo(report, "publish to result");
                    }
                }
            }
        }
        report.note(rate + " events/s of " + bytes + " bytes for " + seconds + " s a round, after one that is thrown"
                + " away; times count from when an event was due.");
        options.finish(report);
        return 0;
    }

    private Pace pace() {
        return new Pace(rate, Duration.ofSeconds(seconds));
    }

    private static Worker worker(Stage stage) throws IOException {
        return Worker.builder()
                .kafka(stage.backing().kafkaSettings())
                .redis(stage.backing().redisSettings())
                .settings(WorkerSettings.defaults().withRuntimes(Set.of()))
                .handler(FUNCTION, byte[].class, (event, context) -> 0)
                .start();
    }

    /** One stretch of steady load. */
    private final class Round {

        private final Stage stage;
        private final TriggerDefinition trigger;
        private final ResultReader results;
        private final Times accepted = new Times();
        private final Times readable = new Times();
        private final Phaser open = new Phaser(1);
        private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

        private Round(Stage stage, TriggerDefinition trigger, ResultReader results) {
            this.stage = stage;
            this.trigger = trigger;
            this.results = results;
        }

        private void run() {
            pace().run(this::send);
            open.arriveAndAwaitAdvance();
            if (!failures.isEmpty()) {
                throw new IllegalStateException(failures.size() + " events failed", failures.peek());
            }
        }

        private void send(int number, long due) {
            EventHeader header = EventHeader.accepted(System.currentTimeMillis());
            CompletableFuture<EventAddress> answer =
                    stage.publisher().publishAsync(trigger, header, Events.json(number, bytes, random));
            open.register();
            var _ = answer.whenComplete((address, failure) -> {
                if (failure != null) {
                    failed(failure);
                    return;
                }
                accepted.doneNow(due);
                if (number % SAMPLED == 0) {
                    Thread.startVirtualThread(() -> awaitResult(address, due));
                } else {
                    open.arriveAndDeregister();
                }
            });
        }

        private void failed(Throwable failure) {
            failures.add(failure);
            open.arriveAndDeregister();
        }

        private void awaitResult(EventAddress address, long due) {
            try {
                while (!(results.find(address) instanceof Lookup.Finished)) {
                    if (System.nanoTime() - due > PATIENCE.toNanos()) {
                        throw new IllegalStateException("event " + address + " has no result after " + PATIENCE);
                    }
                    LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
                }
                readable.doneNow(due);
                open.arriveAndDeregister();
            } catch (RuntimeException e) {
                failed(e);
            }
        }
    }
}
