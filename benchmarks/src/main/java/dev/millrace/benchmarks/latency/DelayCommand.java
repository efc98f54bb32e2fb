package dev.millrace.benchmarks.latency;

import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import dev.millrace.benchmarks.stage.Ground;
import dev.millrace.benchmarks.stage.Stage;
import dev.millrace.contract.Attempt;
import dev.millrace.contract.DurationText;
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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code delay}: how late retries begin, measured from when the first attempt said that the second would follow until the
 * second attempt's handler is called. Every other event fails once.
 */
@Command(name = "delay", description = "Retries after 1 s to a minute: how late they begin, and whether any is early.")
public final class DelayCommand implements Callable<Integer> {

    private static final Duration WARM_UP = Duration.ofSeconds(5);

    /** How much longer than its delay a retry may take before the run is given up. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Mixin
    private ReportOptions options;

    @Option(
            names = "--rate",
            description = "Events per second for each delay, every other of which is retried (${DEFAULT-VALUE}).",
            defaultValue = "50")
    private int rate;

    @Option(
            names = "--seconds",
            description = "How long events are sent in a round (${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int seconds;

    @Option(
            names = "--delays",
            split = ",",
            description = "Delays that are measured side by side (${DEFAULT-VALUE}).",
            defaultValue = "1s,5s,20s,1m")
    private List<String> delays = List.of();

    @Spec
    private CommandSpec command;

    /** A function that is retried after this delay. */
    private record Retried(String function, Duration delay, TriggerDefinition trigger) {}

    @Override
    public Integer call() throws IOException {
        Report report = options.begin();
        long early = 0;
        try (Ground ground = Ground.open();
                Stage stage = new Stage(ground, "delay")) {
            List<Retried> functions = define(stage);
            Worker.Builder builder = Worker.builder()
                    .kafka(stage.backing().kafkaSettings())
                    .redis(stage.backing().redisSettings())
                    .settings(WorkerSettings.defaults().withRuntimes(Set.of()));
            functions.forEach(retried -> builder.handler(retried.function(), byte[].class, (event, context) -> {
                int number = Integer.parseInt(new String(event, StandardCharsets.US_ASCII));
                if (number % 2 == 0 && context.attempt() == 1) {
                    throw new IllegalStateException("first attempts of even numbers fail");
                }
                return number;
            }));
            try (OutcomeWatch watch = OutcomeWatch.start(stage.backing());
                    Worker _ = builder.start()) {
                round(stage, functions.subList(0, 1), watch, WARM_UP); // Cold code is another question.
                for (int i = 0; i < options.rounds(); i++) {
                    Map<Integer, Lateness> lateness = round(stage, functions, watch, Duration.ofSeconds(seconds));
                    for (Retried retried : functions) {
                        Lateness late = lateness.getOrDefault(retried.trigger().number(), new Lateness());
                        String name = DurationText.of(retried.delay());
                        options.progress().println("round " + i + ": after " + name + " " + late);
                        late.addTo(report, "late after " + name);
                        early += late.early();
                    }
                }
            }
        }
        report.add("early", "retries", (double) early);
        report.note(
                rate + " events/s for each delay, every other one fails once; from nextTryAt of the first attempt until"
                        + " the second starts, by one clock.");
        options.finish(report);
        return early == 0 ? 0 : 1;
    }

    private List<Retried> define(Stage stage) {
        List<Retried> functions = new ArrayList<>();
        for (String text : delays) {
            Duration delay = DurationText.parse(text)
                    .orElseThrow(() -> new ParameterException(command.commandLine(), text + " is no duration"));
            String function = "after-" + DurationText.of(delay);
            RetryPolicy policy = new RetryPolicy(1, RetryPolicy.Delay.fixed(delay), Duration.ofHours(6));
            functions.add(new Retried(function, delay, stage.define(function, 300, policy)));
        }
        return functions;
    }

    /** How late attempts after the first began, by the number of their trigger. */
    private Map<Integer, Lateness> round(Stage stage, List<Retried> functions, OutcomeWatch watch, Duration length) {
        Pace pace = new Pace(rate * functions.size(), length);
        Map<Integer, Lateness> byTrigger = new ConcurrentHashMap<>();
        OutcomeWatch.Expected expected = watch.expect(pace.count(), end -> {
            Lateness late = byTrigger.computeIfAbsent(end.address().trigger(), number -> new Lateness());
            List<Attempt> attempts = end.attempts();
            for (int i = 1; i < attempts.size(); i++) {
                late.began(attempts.get(i).startedAt() - attempts.get(i - 1).nextTryAt());
            }
        });
        pace.run((index, due) -> {
            TriggerDefinition trigger = functions.get(index % functions.size()).trigger();
            byte[] event = Integer.toString(index / functions.size()).getBytes(StandardCharsets.US_ASCII);
            EventHeader header = EventHeader.accepted(System.currentTimeMillis());
            var _ = stage.publisher().publishAsync(trigger, header, event).whenComplete((address, failure) -> {
                if (failure != null) {
                    expected.failed(failure);
                }
            });
        });
        Duration longest =
                functions.stream().map(Retried::delay).max(Duration::compareTo).orElse(Duration.ZERO);
        expected.await(longest.plus(PATIENCE));
        return byTrigger;
    }
}
