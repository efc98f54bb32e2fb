package dev.millrace.benchmarks.latency;

import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import dev.millrace.benchmarks.stage.Ground;
import dev.millrace.benchmarks.stage.Stage;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.RetryPolicy;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLongArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code neighbour}: how long one function's events take until their outcome is in the log, alone and beside another
 * function on the same worker that has thousands of events waiting and fails every one of them.
 */
@Command(
        name = "neighbour",
        description = "A function alone, and beside one with 10,000 events that all fail and are retried.")
public final class NeighbourCommand implements Callable<Integer> {

    private static final String STEADY = "steady";
    private static final String FAILING = "failing";
    private static final int EVENT_BYTES = 300;

    @Mixin
    private ReportOptions options;

    @Option(names = "--rate", description = "Events per second of the measured one (${DEFAULT-VALUE}).")
    private int rate = 200;

    @Option(names = "--seconds", description = "Length of each half of a round (${DEFAULT-VALUE}).")
    private int seconds = 10;

    @Option(names = "--events", description = "Events of the failing one, each round (${DEFAULT-VALUE}).")
    private int events = 10_000;

    @Option(names = "--millis", description = "How long each of them runs until it fails (${DEFAULT-VALUE}).")
    private int millis = 20;

    @Override
    public Integer call() throws IOException {
        Report report = options.begin();
        try (Ground ground = Ground.open();
                Stage stage = new Stage(ground, "neighbour")) {
            TriggerDefinition steady = stage.define(STEADY, 100);
            RetryPolicy often = new RetryPolicy(2, RetryPolicy.Delay.fixed(Duration.ofSeconds(1)), Duration.ofHours(6));
            TriggerDefinition failing = stage.define(FAILING, 100, often);
            try (OutcomeWatch watch = OutcomeWatch.start(stage.backing());
                    Worker _ = worker(stage)) {
                half(stage, steady, watch); // Cold code is another question.
                List<Times> alone = new ArrayList<>();
                for (int i = 0; i < options.rounds(); i++) {
                    alone.add(half(stage, steady, watch));
                }
                // Retries of a round are still coming in the next: nothing is alone from here on.
                for (int i = 0; i < options.rounds(); i++) {
                    stage.fill(failing, events, EVENT_BYTES);
                    Times beside = half(stage, steady, watch);
                    options.progress().println("round " + i + ": alone " + alone.get(i) + "; beside " + beside);
                    alone.get(i).addTo(report, "alone");
                    beside.addTo(report, "beside");
                    report.add(
                            "p99 beside / alone",
                            "",
                            beside.p99() / alone.get(i).p99());
                }
            }
        }
        report.note(rate + " events/s; beside: " + events + " events of another function, published at once, each of"
                + " which fails after " + millis
                + " ms and is tried twice more; from when an event was due until its outcome is in the log.");
        options.finish(report);
        return 0;
    }

    private Worker worker(Stage stage) throws IOException {
        return Worker.builder()
                .kafka(stage.backing().kafkaSettings())
                .redis(stage.backing().redisSettings())
                .settings(WorkerSettings.defaults().withRuntimes(Set.of()))
                .handler(
                        STEADY,
                        byte[].class,
                        (event, context) -> Integer.parseInt(new String(event, StandardCharsets.US_ASCII)))
                .handler(FAILING, byte[].class, (event, context) -> {
                    Thread.sleep(millis);
                    throw new IllegalStateException("what it depends on is away");
                })
                .start();
    }

    /** How long the events of the measured function took. They are told apart by their results, which are numbers. */
    private Times half(Stage stage, TriggerDefinition trigger, OutcomeWatch watch) {
        Pace pace = new Pace(rate, Duration.ofSeconds(seconds));
        AtomicLongArray dueOf = new AtomicLongArray(pace.count());
        Times times = new Times();
        OutcomeWatch.Expected expected = watch.expect(
                trigger.number(),
                pace.count(),
                end -> times.doneNow(dueOf.get(Integer.parseInt(new String(end.result(), StandardCharsets.US_ASCII)))));
        pace.run((number, due) -> {
            dueOf.set(number, due);
            byte[] event = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
            EventHeader header = EventHeader.accepted(System.currentTimeMillis());
            var _ = stage.publisher().publishAsync(trigger, header, event).whenComplete((address, failure) -> {
                if (failure != null) {
                    expected.failed(failure);
                }
            });
        });
        expected.await(Duration.ofSeconds(60));
        return times;
    }
}
