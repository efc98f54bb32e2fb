package dev.millrace.benchmarks.takeover;

import dev.millrace.benchmarks.latency.OpenEvents;
import dev.millrace.benchmarks.latency.OutcomeWatch;
import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import dev.millrace.benchmarks.stage.Ground;
import dev.millrace.benchmarks.stage.NotingWorkerCommand;
import dev.millrace.benchmarks.stage.NotingWorkers;
import dev.millrace.benchmarks.stage.Stage;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.TriggerDefinition;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code takeover}: three workers under load, one of which is killed in every round, and another one started. From the kill
 * until a handler begins again what the dead one was running.
 */
@Command(name = "takeover", description = "Workers killed under load: how soon what they ran is running again.")
public final class TakeoverCommand implements Callable<Integer> {

    private static final int WORKERS = 3;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration UNTIL_REPLACED = Duration.ofSeconds(6);
    private static final Duration UNTIL_NEXT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Mixin
    private ReportOptions options;

    @Option(names = "--rate", description = "Events per second (${DEFAULT-VALUE}).", defaultValue = "100")
    private int rate;

    @Option(
            names = "--longest",
            description = "Runs take up to so many milliseconds (${DEFAULT-VALUE}).",
            defaultValue = "1000")
    private int longest;

    private volatile boolean enough;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Report report = options.begin();
        OpenEvents open;
        Findings findings;
        try (Ground ground = Ground.open();
                Stage stage = new Stage(ground, "takeover");
                OutcomeWatch watch = OutcomeWatch.start(stage.backing());
                NotingWorkers workers = new NotingWorkers(stage.backing(), ground.directory())) {
            TriggerDefinition trigger = stage.define(NotingWorkerCommand.FUNCTION, 2 * WORKERS * rate);
            open = new OpenEvents(watch);
            for (int i = 0; i < WORKERS; i++) {
                workers.start();
            }
            Thread load = Thread.ofPlatform().name("load").start(() -> send(stage, trigger, open));
            killInTurn(workers, open);
            enough = true;
            load.join();
            var _ = open.awaitNone(PATIENCE); // What is left is told.
            findings = Findings.of(workers.lives());
        }
        tell(report, findings, open);
        options.finish(report);
        return open.size() == 0 && findings.never() == 0 ? 0 : 1;
    }

    private void killInTurn(NotingWorkers workers, OpenEvents open) throws IOException, InterruptedException {
        Thread.sleep(WARM_UP);
        for (int i = 0; i < options.rounds(); i++) {
            workers.killOldest();
            Thread.sleep(UNTIL_REPLACED);
            workers.start();
            Thread.sleep(UNTIL_NEXT);
            options.progress().println("killed " + (i + 1) + ", " + open.size() + " events open");
        }
    }

    private void send(Stage stage, TriggerDefinition trigger, OpenEvents open) {
        SplittableRandom random = new SplittableRandom(1);
        long start = System.nanoTime();
        for (int i = 0; !enough; i++) {
            long due = start + i * 1_000_000_000L / rate;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            byte[] event = NotingWorkerCommand.event(i, random.nextInt(longest));
            EventHeader header = EventHeader.accepted(System.currentTimeMillis());
            var _ = stage.publisher().publishAsync(trigger, header, event).thenAccept(open::accepted);
        }
    }

    private void tell(Report report, Findings findings, OpenEvents open) {
        report.add("running again p50", "ms", (double) findings.percentile(50));
        report.add("running again p99", "ms", (double) findings.percentile(99));
        report.add("running again max", "ms", (double) findings.percentile(100));
        report.add("broken off", "runs", findings.again().size() + findings.never());
        report.add("lost", "events", open.size());
        report.add("run twice", "%", 100.0 * findings.ranTwice() / Math.max(1, findings.begun()));
        report.note(options.rounds() + " kills of one of " + WORKERS + " workers, " + open.acceptedEver()
                + " events at " + rate
                + "/s whose runs take up to " + longest + " ms; from the kill until a handler begins again, over all"
                + " runs that were broken off. Run twice: to the end, more than once.");
    }
}
