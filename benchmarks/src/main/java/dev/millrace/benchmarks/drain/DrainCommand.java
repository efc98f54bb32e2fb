package dev.millrace.benchmarks.drain;

import static java.util.Objects.requireNonNull;

import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import dev.millrace.benchmarks.stage.ChildJvm;
import dev.millrace.benchmarks.stage.Ground;
import dev.millrace.benchmarks.stage.Recording;
import dev.millrace.benchmarks.stage.Stage;
import dev.millrace.contract.TriggerDefinition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drain}: a backlog becomes results in Redis, by Millrace and by the raw loop, round by round. */
@Command(
        name = "drain",
        description = "Drains a backlog with a handler that does nothing, beside a loop that only consumes and sets.")
public final class DrainCommand implements Callable<Integer> {

    private static final Duration COLD = Duration.ofSeconds(5);
    private static final Duration WARM = Duration.ofMinutes(2);

    /** What a result without text takes; the first round of Millrace tells the true size. */
    private static final int FIRST_GUESS_VALUE_BYTES = 80;

    @Mixin
    private ReportOptions options;

    @Option(names = "--events", description = "Size of the backlog (200000; 600000 with --cold).")
    private int events;

    @Option(names = "--bytes", description = "Size of an event (${DEFAULT-VALUE}).", defaultValue = "300")
    private int bytes;

    @Option(names = "--warm-up", description = "Rounds that are thrown away (${DEFAULT-VALUE}).", defaultValue = "3")
    private int warmUp;

    @Option(names = "--recorder-apart", description = "The recorder in a JVM of its own; not with --cold.")
    private boolean recorderApart;

    @Option(names = "--cold", description = "A fresh JVM for each; what is done within the first 5 s counts.")
    private boolean cold;

    private MillraceDrain.Recorders recorders = Recording::start;

    /** Of the latest round: how well the worker packs. */
    private double outcomesPerRecord;

    private int valueBytes = FIRST_GUESS_VALUE_BYTES;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (events == 0) {
            events = cold ? 600_000 : 200_000;
        }
        Report report = options.begin();
        try (Ground ground = Ground.open();
                RecorderProcess apart = recorderApart ? RecorderProcess.start() : null) {
            if (apart != null) {
                recorders = apart::record;
            }
            int discarded = cold ? 0 : warmUp;
            for (int round = 0; round < discarded + options.rounds(); round++) {
                Map<Way, Drained> drained = round(ground, round);
                options.progress()
                        .println((round < discarded ? "warm-up" : "round") + " " + round + ": " + text(drained)
                                + ", %.0f outcomes per record".formatted(outcomesPerRecord));
                if (round >= discarded) {
                    add(report, drained);
                }
            }
        }
        report.note("Backlog of " + events + " events of " + bytes + " bytes in 4 partitions; the raw loop sets "
                + valueBytes + " bytes per event, as many as Millrace keeps.");
        options.finish(report);
        return 0;
    }

    /** Each way once on the same backlog, in another order every time. */
    private Map<Way, Drained> round(Ground ground, int round) throws IOException, InterruptedException {
        List<Way> order = new ArrayList<>(List.of(Way.MILLRACE, Way.RAW, Way.RAW_OVERLAPPED));
        Collections.rotate(order, round);
        Map<Way, Drained> drained = new EnumMap<>(Way.class);
        try (Stage stage = new Stage(ground, "round" + round)) {
            TriggerDefinition trigger = stage.define(Backlog.FUNCTION, 300);
            stage.fill(trigger, events, bytes);
            for (Way way : order) {
                ground.emptyRedis();
                Backlog backlog = Backlog.of(stage.backing(), trigger, events, valueBytes, cold ? COLD : WARM);
                drained.put(way, drain(way, backlog));
            }
            outcomesPerRecord = (double) events / stage.outcomeRecords();
        }
        ground.emptyRedis();
        return drained;
    }

    private Drained drain(Way way, Backlog backlog) throws IOException, InterruptedException {
        if (cold) {
            List<String> words = new ArrayList<>(List.of(way.name()));
            words.addAll(backlog.words());
            try (ChildJvm jvm = ChildJvm.start(ColdWayCommand.NAME, words)) {
                return Drained.ofWords(jvm.line());
            }
        }
        Drained drained = way.drain(backlog, recorders);
        if (way == Way.MILLRACE) {
            valueBytes = new ResultCheck(backlog).requireAll();
        }
        return drained;
    }

    private void add(Report report, Map<Way, Drained> drained) {
        drained.forEach((way, what) -> report.add(way.text(), "k/s", what.eventsPerMilli()));
        double millrace = rate(drained, Way.MILLRACE);
        report.add("outcomes per log record", "", outcomesPerRecord);
        report.add("ratio to raw", "", millrace / rate(drained, Way.RAW));
        report.add("ratio to overlapped", "", millrace / rate(drained, Way.RAW_OVERLAPPED));
    }

    private static double rate(Map<Way, Drained> drained, Way way) {
        return requireNonNull(drained.get(way)).eventsPerMilli();
    }

    private static String text(Map<Way, Drained> drained) {
        List<String> texts = new ArrayList<>();
        drained.forEach((way, what) -> texts.add("%s %.1f k/s".formatted(way.text(), what.eventsPerMilli())));
        return String.join(", ", texts);
    }
}
