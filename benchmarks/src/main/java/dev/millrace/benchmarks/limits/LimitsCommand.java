package dev.millrace.benchmarks.limits;

import dev.millrace.benchmarks.latency.OpenEvents;
import dev.millrace.benchmarks.latency.OutcomeWatch;
import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import dev.millrace.benchmarks.stage.FrontDoor;
import dev.millrace.benchmarks.stage.Ground;
import dev.millrace.benchmarks.stage.NotingWorkerCommand;
import dev.millrace.benchmarks.stage.NotingWorkers;
import dev.millrace.benchmarks.stage.Stage;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code limits}: two workers with more to do than their limit allows. It is raised and lowered, one of them is killed, and the
 * work moves from one to the other; and callers are refused while it is in use.
 */
@Command(
        name = "limits",
        description = "How soon a new limit holds, and a killed or idle worker's permits are used; how soon 432 comes.")
public final class LimitsCommand implements Callable<Integer> {

    private static final int LOW = 8;
    private static final int HIGH = 24;
    private static final Duration STEADY = Duration.ofSeconds(3);
    private static final Duration UNTIL_TAKEN_OVER = Duration.ofSeconds(15);

    @Mixin
    private ReportOptions options;

    @Override
    public Integer call() throws Exception {
        Report report = options.begin();
        try (Ground ground = Ground.open();
                Stage stage = new Stage(ground, "limits");
                OutcomeWatch watch = OutcomeWatch.start(stage.backing());
                NotingWorkers workers = new NotingWorkers(stage.backing(), ground.directory());
                FrontDoor door = FrontDoor.open(stage.backing())) {
            LimitedWork work = new LimitedWork(stage, workers, new OpenEvents(watch), LOW);
            workers.start();
            for (int round = 0; round < options.rounds(); round++) {
                workers.start();
                work.settle();
                report.add("idle permits used elsewhere", "ms", (double) work.moved());
                work.flow();
                Thread.sleep(STEADY);
                report.add("higher limit reached", "ms", (double) raised(work));
                report.add("lower limit kept", "ms", (double) lowered(work));
                report.add("killed worker's permits used", "ms", (double) killed(work, workers));
                work.drain();
                options.progress().println("round " + round + ": " + work);
            }
            new Refusals(work, door.invocations(NotingWorkerCommand.FUNCTION)).addTo(report);
        }
        report.note("Limits " + LOW + " and " + HIGH
                + ", two workers, runs of 50 ms, a queue that never is empty. From before the"
                + " command until the run that makes the limit full; until the last run that begins above the new one; from"
                + " the kill until as many run as before; from the first event for a worker without any until it runs as"
                + " many as the limit allows, all of which the other one had used a moment ago.");
        options.finish(report);
        return 0;
    }

    private static long raised(LimitedWork work) throws InterruptedException {
        long at = System.currentTimeMillis();
        work.limit(HIGH);
        Thread.sleep(STEADY);
        return work.curve().millisUntilReached(HIGH, at);
    }

    private static long lowered(LimitedWork work) throws InterruptedException {
        long at = System.currentTimeMillis();
        work.limit(LOW);
        Thread.sleep(STEADY);
        return work.curve().millisUntilKept(LOW, at, System.currentTimeMillis());
    }

    private static long killed(LimitedWork work, NotingWorkers workers) throws InterruptedException {
        long at = System.currentTimeMillis();
        workers.killOldest();
        Thread.sleep(UNTIL_TAKEN_OVER);
        return work.curve().millisUntilReached(LOW, at + 1);
    }
}
