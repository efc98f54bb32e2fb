package dev.millrace.benchmarks.sync;

import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import dev.millrace.benchmarks.stage.Ground;
import dev.millrace.benchmarks.stage.Stage;
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

/**
 * {@code sync}: a call and its answer, at one, 64 and a thousand in flight, beside a raw request-reply loop and Spring's
 * {@code ReplyingKafkaTemplate}.
 */
@Command(
        name = "sync",
        description = "A synchronous call and its answer, beside a raw request-reply loop and Spring's template.")
public final class SyncCommand implements Callable<Integer> {

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

    @Option(names = "--only", split = ",", description = "Measures these ways alone, by their titles.")
    private Set<String> only = Set.of();

    @Override
    public Integer call() throws Exception {
        Report report = options.begin();
        try (Ground ground = Ground.open();
                Stage stage = new Stage(ground, "sync");
                CallWays ways = CallWays.open(
                        ground,
                        stage,
                        inFlight.stream().max(Integer::compare).orElse(1),
                        title -> only.isEmpty() || only.contains(title))) {
            measure(ways.all(), report);
        }
        report.note(bytes + " bytes there and back, a handler that does nothing, " + seconds + " s each. \""
                + CallWays.RAW + "\" is what Kafka alone costs here, \"" + CallWays.RECORDED
                + "\" the same with a log and Redis, as every call of Millrace is recorded. "
                + "CPU is that of everything together: both sides, broker, Redis, callers.");
        options.finish(report);
        return 0;
    }

    private void measure(List<CallWay> ways, Report report) throws InterruptedException, IOException {
        for (int round = -2; round < options.rounds(); round++) {
            for (int callers : inFlight) {
                Map<String, Measured> figures = new HashMap<>();
                List<CallWay> measured = ways.stream()
                        .filter(way -> callers <= way.mostCallers())
                        .toList();
                for (CallWay way : inTurn(measured, round)) {
                    Measured found = measure(way, callers);
                    figures.put(way.title(), found);
                    options.progress()
                            .println((round < 0 ? "warm-up" : "round " + round) + ", " + callers + " in flight, "
                                    + way.title() + ": " + found.figures());
                }
                if (round >= 0) {
                    add(report, callers, measured, figures);
                }
            }
        }
    }

    /**
     * What one way did for a while.
     *
     * @param cpuMicros of a call
     */
    private record Measured(CallLoad.Figures figures, double cpuMicros) {}

    private Measured measure(CallWay way, int callers) throws InterruptedException, IOException {
        Duration before = Cpu.used();
        CallLoad.Figures figures = way.measure(callers, bytes, Duration.ofSeconds(seconds));
        return new Measured(
                figures, Cpu.used().minus(before).toNanos() / 1000.0 / Math.max(1, figures.perSecond() * seconds));
    }

    private static void add(Report report, int callers, List<CallWay> ways, Map<String, Measured> figures) {
        for (CallWay way : ways) {
            Measured own = figures.get(way.title());
            if (own == null) {
                throw new IllegalStateException(way.title() + " was not measured");
            }
            String what = callers + " in flight, " + way.title();
            report.add(what + " p50", "ms", own.figures().p50());
            report.add(what + " p99", "ms", own.figures().p99());
            report.add(what + " rate", "/s", own.figures().perSecond());
            report.add(what + " CPU per call", "µs", own.cpuMicros());
            for (String yardstick : List.of(CallWays.RAW, CallWays.RECORDED, CallWays.SPRING)) {
                Measured other = figures.get(yardstick);
                if (other != null && CallWays.isOurs(way.title())) {
                    compare(report, what, yardstick, own.figures(), other.figures());
                }
            }
        }
        Measured bare = figures.get(CallWays.MILLRACE);
        Measured http = figures.get(CallWays.HTTP);
        if (bare != null && http != null) {
            report.add(
                    callers + " in flight, the HTTP front's own p50",
                    "ms",
                    http.figures().p50() - bare.figures().p50());
        }
    }

    private static void compare(
            Report report, String what, String yardstick, CallLoad.Figures own, CallLoad.Figures other) {
        report.add(what + " p50 / " + yardstick, "", own.p50() / other.p50());
        report.add(what + " p99 / " + yardstick, "", own.p99() / other.p99());
        report.add(what + " rate / " + yardstick, "", own.perSecond() / other.perSecond());
    }

    /** Another one first in each round. */
    private static List<CallWay> inTurn(List<CallWay> ways, int round) {
        List<CallWay> turned = new ArrayList<>(ways);
        Collections.rotate(turned, round);
        return turned;
    }
}
