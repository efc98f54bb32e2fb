package dev.millrace.benchmarks.latency;

import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import dev.millrace.benchmarks.stage.Ground;
import dev.millrace.benchmarks.stage.Stage;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code fairness}: how long the events of a quiet function wait until they start, alone and beside a function with a
 * hundred thousand events waiting, on one worker. An event of the quiet one is its number as text.
 */
@Command(
        name = "fairness",
        description = "10 events a second beside 100,000 waiting ones: how long they wait to start, and without those.")
public final class FairnessCommand implements Callable<Integer> {

    private static final String QUIET = "quiet";
    private static final String CROWD = "crowd";

    /** The first half is for the compilers. */
    private static final int WARM_UP = 1;

    @Mixin
    private ReportOptions options;

    @Option(names = "--waiting", description = "Events of the crowd (${DEFAULT-VALUE}).", defaultValue = "100000")
    private int waiting;

    @Option(
            names = "--rate",
            description = "Events per second of the quiet one (${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int rate;

    @Option(
            names = "--seconds",
            description = "Length of each half of a round (${DEFAULT-VALUE}).",
            defaultValue = "20")
    private int seconds;

    @Option(
            names = "--work",
            description = "How long an event of the crowd runs, in milliseconds (${DEFAULT-VALUE}).",
            defaultValue = "50")
    private int workMillis;

    @Option(names = "--concurrency", description = "Limit of each function (${DEFAULT-VALUE}).", defaultValue = "200")
    private int concurrency;

    private final AtomicReference<Half> running = new AtomicReference<>(new Half(0));
    private final AtomicInteger crowdDone = new AtomicInteger();

    /** What became of the quiet one's events in one half of a round. */
    private static final class Half {

        private final AtomicLongArray dueOf;
        private final Times times = new Times();
        private final CountDownLatch left;

        private Half(int count) {
            dueOf = new AtomicLongArray(count);
            left = new CountDownLatch(count);
        }

        private void started(int number) {
            times.doneNow(dueOf.get(number));
            left.countDown();
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Report report = options.begin();
        for (int round = -WARM_UP; round < options.rounds(); round++) {
            try (Ground ground = Ground.open();
                    Stage stage = new Stage(ground, "fairness")) {
                round(stage, report, round);
            }
        }
        report.note(rate + " events/s alone, and beside " + waiting + " waiting ones that run " + workMillis
                + " ms each; concurrency " + concurrency + " each, one worker; from when an event was due until its"
                + " handler begins.");
        options.finish(report);
        return 0;
    }

    private void round(Stage stage, Report report, int round) throws IOException, InterruptedException {
        TriggerDefinition quiet = stage.define(QUIET, concurrency);
        TriggerDefinition crowd = stage.define(CROWD, concurrency);
        try (Worker _ = worker(stage)) {
            half(stage, quiet, Math.min(seconds, 5));
            Times alone = half(stage, quiet, seconds);
            crowdDone.set(0);
            stage.fill(crowd, waiting, 300);
            Times beside = half(stage, quiet, seconds);
            int left = waiting - crowdDone.get();
            options.progress()
                    .println("round " + round + ": alone " + alone + "; beside the crowd " + beside + ", of which "
                            + left + " still waited in the end");
            if (left <= 0) {
                throw new IllegalStateException(
                        "the crowd had gone before the round was over: raise --waiting or --work");
            }
            if (round >= 0) {
                alone.addTo(report, "alone");
                beside.addTo(report, "beside the crowd");
                report.add("p99 beside ÷ p99 alone", "", beside.p99() / alone.p99());
            }
        }
    }

    private Worker worker(Stage stage) throws IOException {
        return Worker.builder()
                .kafka(stage.backing().kafkaSettings())
                .redis(stage.backing().redisSettings())
                .settings(WorkerSettings.defaults().withRuntimes(Set.of()))
                .handler(QUIET, byte[].class, (event, context) -> {
                    running.get().started(Integer.parseInt(new String(event, StandardCharsets.US_ASCII)));
                    return 1;
                })
                .handler(CROWD, byte[].class, (event, context) -> {
                    Thread.sleep(workMillis);
                    return crowdDone.incrementAndGet();
                })
                .start();
    }

    private Times half(Stage stage, TriggerDefinition quiet, int length) throws InterruptedException {
        Pace pace = new Pace(rate, Duration.ofSeconds(length));
        Half half = new Half(pace.count());
        running.set(half);
        pace.run((number, due) -> {
            half.dueOf.set(number, due);
            byte[] event = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
            stage.publisher()
                    .publishAsync(quiet, EventHeader.accepted(System.currentTimeMillis()), event)
                    .join();
        });
        if (!half.left.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException(half.left.getCount() + " events have not started within a minute");
        }
        return half.times;
    }
}
