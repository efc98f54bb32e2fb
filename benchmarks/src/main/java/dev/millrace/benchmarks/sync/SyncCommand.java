package dev.millrace.benchmarks.sync;

import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import dev.millrace.benchmarks.stage.FrontDoor;
import dev.millrace.benchmarks.stage.Ground;
import dev.millrace.benchmarks.stage.Stage;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sync}: a call and its answer, at one, 64 and a thousand in flight, beside a raw request-reply loop. */
@Command(name = "sync", description = "A synchronous call and its answer, beside a raw request-reply loop.")
public final class SyncCommand implements Callable<Integer> {

    private static final String FUNCTION = "nothing";
    private static final String RAW = "raw loop";

    @Mixin
    private ReportOptions options;

    @Option(
            names = "--in-flight",
            split = ",",
            description = "Callers at once, for each measurement (${DEFAULT-VALUE}).")
    private List<Integer> inFlight = List.of(1, 64, 1000);

    @Option(names = "--seconds", description = "Length of each measurement (${DEFAULT-VALUE}).", defaultValue = "5")
    private int seconds;

    @Option(names = "--bytes", description = "Size of an event (${DEFAULT-VALUE}).", defaultValue = "300")
    private int bytes;

    @Override
    public Integer call() throws Exception {
        Report report = options.begin();
        try (Ground ground = Ground.open();
                Stage stage = new Stage(ground, "sync")) {
            TriggerDefinition trigger = stage.define(FUNCTION, 2000);
            try (FrontDoor door = FrontDoor.open(stage.backing());
                    Worker _ = worker(stage);
                    CallWay raw = new RawLoop(stage.backing().kafkaSettings());
                    CallWay millrace = new MillraceCalls(
                            stage.backing().kafkaSettings(),
                            stage.backing().redisSettings(),
                            stage.function(FUNCTION),
                            trigger);
                    CallWay http = new HttpCalls(door.invocations(FUNCTION))) {
                measure(List.of(raw, millrace, http), report);
            }
        }
        report.note(bytes + " bytes there and back, a handler that does nothing, " + seconds
                + " s each; what the raw loop does is what Kafka alone costs here.");
        options.finish(report);
        return 0;
    }

    private void measure(List<CallWay> ways, Report report) throws InterruptedException {
        for (int round = -2; round < options.rounds(); round++) {
            for (int callers : inFlight) {
                Map<String, CallLoad.Figures> figures = new HashMap<>();
                List<CallWay> measured = ways.stream()
                        .filter(way -> callers <= way.mostCallers())
                        .toList();
                for (CallWay way : inTurn(measured, round)) {
                    CallLoad.Figures found = new CallLoad(callers, bytes).run(way, Duration.ofSeconds(seconds));
                    figures.put(way.title(), found);
                    options.progress()
                            .println((round < 0 ? "warm-up" : "round " + round) + ", " + callers + " in flight, "
                                    + way.title() + ": " + found);
                }
                if (round >= 0) {
                    add(report, callers, measured, figures);
                }
            }
        }
    }

    private static void add(Report report, int callers, List<CallWay> ways, Map<String, CallLoad.Figures> figures) {
        CallLoad.Figures raw = figures.get(RAW);
        for (CallWay way : ways) {
            CallLoad.Figures own = figures.get(way.title());
            if (own == null || raw == null) {
                throw new IllegalStateException(way.title() + " was not measured");
            }
            String what = callers + " in flight, " + way.title();
            report.add(what + " p50", "ms", own.p50());
            report.add(what + " p99", "ms", own.p99());
            report.add(what + " rate", "/s", own.perSecond());
            if (!way.title().equals(RAW)) {
                report.add(what + " p50 / raw", "", own.p50() / raw.p50());
                report.add(what + " rate / raw", "", own.perSecond() / raw.perSecond());
            }
        }
    }

    /** Another one first in each round. */
    private static List<CallWay> inTurn(List<CallWay> ways, int round) {
        List<CallWay> turned = new ArrayList<>(ways);
        Collections.rotate(turned, round);
        return turned;
    }

    private static Worker worker(Stage stage) throws IOException {
        return Worker.builder()
                .kafka(stage.backing().kafkaSettings())
                .redis(stage.backing().redisSettings())
                .settings(WorkerSettings.defaults().withRuntimes(Set.of()))
                .handler(FUNCTION, byte[].class, (event, context) -> 0)
                .start();
    }
}
