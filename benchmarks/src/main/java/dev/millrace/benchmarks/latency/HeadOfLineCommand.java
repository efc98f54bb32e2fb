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
import java.util.concurrent.atomic.AtomicLongArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code headofline}: how long fast events take until their outcome is in the log, with and without slow ones among them
 * in the same four partitions. An event is its number as text; a slow one has a minus before it.
 */
@Command(
        name = "headofline",
        description = "One event in a hundred runs for seconds: how long the others take, with them and without.")
public final class HeadOfLineCommand implements Callable<Integer> {

    private static final String FUNCTION = "mixed";
    private static final int ONE_SLOW_IN = 100;

    @Mixin
    private ReportOptions options;

    @Option(names = "--rate", description = "Events per second (${DEFAULT-VALUE}).", defaultValue = "500")
    private int rate;

    @Option(
            names = "--seconds",
            description = "Length of each half of a round (${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int seconds;

    @Option(
            names = "--slow",
            description = "How long a slow one runs, in seconds (${DEFAULT-VALUE}).",
            defaultValue = "5")
    private int slowSeconds;

    @Option(names = "--concurrency", description = "Limit of the function (${DEFAULT-VALUE}).", defaultValue = "300")
    private int concurrency;

    @Override
    public Integer call() throws IOException {
        Report report = options.begin();
        try (Ground ground = Ground.open();
                Stage stage = new Stage(ground, "headofline")) {
            TriggerDefinition trigger = stage.define(FUNCTION, concurrency);
            try (OutcomeWatch watch = OutcomeWatch.start(stage.backing());
                    Worker _ = worker(stage)) {
                half(stage, trigger, watch, true); // Cold code is another question.
                for (int i = 0; i < options.rounds(); i++) {
                    Times without = half(stage, trigger, watch, false);
                    Times with = half(stage, trigger, watch, true);
                    options.progress().println("round " + i + ": without slow ones " + without + "; with " + with);
                    without.addTo(report, "fast alone");
                    with.addTo(report, "fast among slow");
                }
            }
        }
        report.note(rate + " events/s in 4 partitions, one in " + ONE_SLOW_IN + " runs " + slowSeconds
                + " s, concurrency " + concurrency + "; from when an event was due until its outcome is in the log.");
        options.finish(report);
        return 0;
    }

    private Worker worker(Stage stage) throws IOException {
        return Worker.builder()
                .kafka(stage.backing().kafkaSettings())
                .redis(stage.backing().redisSettings())
                .settings(WorkerSettings.defaults().withRuntimes(Set.of()))
                .handler(FUNCTION, byte[].class, (event, context) -> {
                    int number = Integer.parseInt(new String(event, StandardCharsets.US_ASCII));
                    if (number < 0) {
                        Thread.sleep(Duration.ofSeconds(slowSeconds));
                    }
                    return number;
                })
                .start();
    }

    /**
     * How long the fast ones took. Events are told apart by their results, which are numbers; slow ones are negative and
     * are only waited for, so that halves do not mix.
     */
    private Times half(Stage stage, TriggerDefinition trigger, OutcomeWatch watch, boolean someSlow) {
        Pace pace = new Pace(rate, Duration.ofSeconds(seconds));
        AtomicLongArray dueOf = new AtomicLongArray(pace.count() + 1);
        Times fast = new Times();
        OutcomeWatch.Expected expected = watch.expect(pace.count(), end -> {
            int number = Integer.parseInt(new String(end.result(), StandardCharsets.US_ASCII));
            if (number > 0) {
                fast.doneNow(dueOf.get(number));
            }
        });
        pace.run((index, due) -> {
            int number = index + 1;
            boolean slow = someSlow && number % ONE_SLOW_IN == 0;
            dueOf.set(number, due);
            byte[] event = Integer.toString(slow ? -number : number).getBytes(StandardCharsets.US_ASCII);
            EventHeader header = EventHeader.accepted(System.currentTimeMillis());
            var _ = stage.publisher().publishAsync(trigger, header, event).whenComplete((address, failure) -> {
                if (failure != null) {
                    expected.failed(failure);
                }
            });
        });
        expected.await(Duration.ofSeconds(slowSeconds + 30L));
        return fast;
    }
}
