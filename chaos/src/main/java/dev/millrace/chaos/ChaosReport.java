package dev.millrace.chaos;

import dev.millrace.chaos.check.Books;
import dev.millrace.chaos.check.Breach;
import dev.millrace.chaos.check.CallFigures;
import dev.millrace.chaos.check.Figures;
import dev.millrace.chaos.check.Quantiles;
import dev.millrace.chaos.check.Verdict;
import dev.millrace.chaos.journal.FaultNote;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is told of a run.
 *
 * @param begun when
 * @param seconds how long it took, the check included
 * @param processors of the machine, which everything shared
 * @param load the machine's load average at the end
 * @param faultsByKind how many were made
 */
public record ChaosReport(
        String scenario,
        long seed,
        int rate,
        Instant begun,
        long seconds,
        int processors,
        double load,
        int faults,
        Map<String, Long> faultsByKind,
        boolean holds,
        Verdict verdict,
        List<FaultNote> faultList) {

    private static final int EXAMPLES = 10;

    public ChaosReport {
        faultsByKind = Map.copyOf(faultsByKind);
        faultList = List.copyOf(faultList);
    }

    static ChaosReport of(
            ChaosSettings settings, Instant begun, Duration took, List<FaultNote> faults, Verdict verdict) {
        return new ChaosReport(
                settings.scenario().text(),
                settings.seed(),
                settings.rate(),
                begun,
                took.toSeconds(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                faults.size(),
                faults.stream().collect(Collectors.groupingBy(FaultNote::kind, Collectors.counting())),
                verdict.holds(),
                verdict,
                faults);
    }

    /** The whole of it, for programs. */
    public String json() {
        return JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(this);
    }

    /** The gist of it, for people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("seed %d, scenario %s, %d faults in %d s, load %.1f on %d processors"
                .formatted(seed, scenario, faults, seconds, load, processors));
        lines.add("faults            "
                + new TreeMap<>(faultsByKind)
                        .entrySet().stream()
                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                .collect(Collectors.joining(", ")));
        lines.add("events            %d sent, %d accepted, %d refused, %d of unknown fate"
                .formatted(verdict.events(), verdict.accepted(), verdict.refused(), verdict.unknown()));
        lines.add("ended             "
                + new TreeMap<>(verdict.statuses())
                        .entrySet().stream()
                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                .collect(Collectors.joining(", ")));
        CallFigures calls = verdict.calls();
        if (calls.calls() > 0) {
            lines.add(
                    "calls             %d: %d answered, %d refused, %d failed or not awaited, %d broken; %d told and not recorded"
                            .formatted(
                                    calls.calls(),
                                    calls.answered(),
                                    calls.refused(),
                                    calls.failed(),
                                    calls.broken(),
                                    calls.toldOnly()));
        }
        Books books = verdict.books();
        lines.add("audited           %d accepted = %d ended + %d open; drift %d"
                .formatted(books.accepted(), books.ended(), books.open(), books.drift()));
        for (Breach breach : Breach.values()) {
            List<String> found = verdict.of(breach);
            lines.add("%-17s %d".formatted(breach.text(), found.size()));
            found.stream().limit(EXAMPLES).forEach(one -> lines.add("    " + one));
        }
        lines.add(String.format(
                Locale.ROOT,
                "run twice         %d (%.2f %%); broken off by a fault and begun again: %d; given up after 3 dead workers: %d",
                verdict.runTwice(),
                100.0 * verdict.runTwice() / Math.max(1, verdict.accepted()),
                verdict.repeated(),
                verdict.givenUp()));
        Figures figures = verdict.figures();
        lines.add("begun again       " + text(figures.recovery())
                + " after its worker died or stood still, with peers, Kafka and Redis there; all:");
        byKind(lines, figures.recoveryByFault());
        lines.add("accepted → start  " + text(figures.startDelay()));
        lines.add("tick → start      " + text(figures.tickDelay()));
        lines.add("nothing started, longest time around each fault:");
        byKind(lines, figures.standstill());
        lines.add(holds ? "Every promise was kept." : "A PROMISE WAS BROKEN.");
        return lines;
    }

    private static void byKind(List<String> lines, Map<String, Quantiles> times) {
        new TreeMap<>(times).forEach((kind, ofKind) -> lines.add("    %-24s %s".formatted(kind, text(ofKind))));
    }

    private static String text(Quantiles times) {
        return times.count() == 0
                ? "-"
                : "p50 %d ms, p99 %d ms, max %d ms (%d)"
                        .formatted(times.p50(), times.p99(), times.max(), times.count());
    }
}
