package dev.millrace.benchmarks.takeover;

import dev.millrace.benchmarks.latency.OutcomeWatch;
import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import dev.millrace.benchmarks.stage.Ground;
import dev.millrace.benchmarks.stage.Stage;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.TriggerDefinition;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    @Mixin
    private ReportOptions options;

    @Option(names = "--rate", description = "Events per second (${DEFAULT-VALUE}).", defaultValue = "100")
    private int rate;

    @Option(
            names = "--longest",
            description = "Runs take up to so many milliseconds (${DEFAULT-VALUE}).",
            defaultValue = "1000")
    private int longest;

    private final Set<EventAddress> open = ConcurrentHashMap.newKeySet();
    private final Set<EventAddress> ended = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean enough;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Report report = options.begin();
        Findings findings;
        try (Ground ground = Ground.open();
                Stage stage = new Stage(ground, "takeover");
                OutcomeWatch watch = OutcomeWatch.start(stage.backing());
                Victims victims = new Victims(stage.backing(), ground.directory())) {
            TriggerDefinition trigger = stage.define(VictimCommand.FUNCTION, 2 * WORKERS * rate);
            var _ = watch.expect(Integer.MAX_VALUE, end -> {
                ended.add(end.address());
                open.remove(end.address());
            });
            for (int i = 0; i < WORKERS; i++) {
                victims.start();
            }
            Thread load = Thread.ofPlatform().name("load").start(() -> send(stage, trigger));
            killInTurn(victims);
            enough = true;
            load.join();
            awaitEnds();
            findings = Findings.of(victims.lives());
        }
        tell(report, findings);
        options.finish(report);
        return open.isEmpty() && findings.never() == 0 ? 0 : 1;
    }

    private void killInTurn(Victims victims) throws IOException, InterruptedException {
        Thread.sleep(WARM_UP);
        for (int i = 0; i < options.rounds(); i++) {
            victims.killOldest();
            Thread.sleep(UNTIL_REPLACED);
            victims.start();
            Thread.sleep(UNTIL_NEXT);
            options.progress().println("killed " + (i + 1) + ", " + open.size() + " events open");
        }
    }

    private void send(Stage stage, TriggerDefinition trigger) {
        SplittableRandom random = new SplittableRandom(1);
        long start = System.nanoTime();
        for (int i = 0; !enough; i++) {
            long due = start + i * 1_000_000_000L / rate;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            byte[] event = VictimCommand.event(i, random.nextInt(longest));
            EventHeader header = EventHeader.accepted(System.currentTimeMillis());
            var _ = stage.publisher().publishAsync(trigger, header, event).thenAccept(this::accepted);
        }
    }

    private void accepted(EventAddress address) {
        accepted.incrementAndGet();
        open.add(address);
        // It may have ended before the broker's word came.
        if (ended.contains(address)) {
            open.remove(address);
        }
    }

    private void awaitEnds() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!open.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_EVERY);
        }
    }

    private void tell(Report report, Findings findings) {
        report.add("running again p50", "ms", (double) findings.percentile(50));
        report.add("running again p99", "ms", (double) findings.percentile(99));
        report.add("running again max", "ms", (double) findings.percentile(100));
        report.add("broken off", "runs", findings.again().size() + findings.never());
        report.add("lost", "events", open.size());
        report.add("run twice", "%", 100.0 * findings.ranTwice() / Math.max(1, findings.begun()));
        report.note(options.rounds() + " kills of one of " + WORKERS + " workers, " + accepted + " events at " + rate
                + "/s whose runs take up to " + longest + " ms; from the kill until a handler begins again, over all"
                + " runs that were broken off. Run twice: to the end, more than once.");
    }
}
