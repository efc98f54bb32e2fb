package dev.millrace.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.chaos.check.Checker;
import dev.millrace.chaos.check.Verdict;
import dev.millrace.chaos.cluster.Cluster;
import dev.millrace.chaos.cluster.Launch;
import dev.millrace.chaos.cluster.OwnProcess;
import dev.millrace.chaos.journal.FaultNote;
import dev.millrace.chaos.journal.LineReader;
import dev.millrace.chaos.journal.Lines;
import dev.millrace.chaos.load.Callers;
import dev.millrace.chaos.load.Clients;
import dev.millrace.chaos.load.Load;
import dev.millrace.chaos.load.TestFunction;
import dev.millrace.chaos.nemesis.FaultPlan;
import dev.millrace.chaos.nemesis.Nemesis;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** One run, from an empty folder to the verdict. */
public final class ChaosRun {

    /** Slots enough for what was left waiting by an outage: a broken-off run is to wait for its takeover, not for a slot. */
    private static final Cluster.Extent EXTENT = new Cluster.Extent(2, 3, 2, 12, Map.of());

    private static final Duration CHECK_PATIENCE = Duration.ofMinutes(20);

    /** From so many faults on it pays to prepare the starts that they will take. */
    private static final int MANY = 10;

    /** Load without faults, before the first and after the last: every program has warmed up, every effect is seen. */
    private static final Duration CALM = Duration.ofSeconds(3);

    private final ChaosSettings settings;
    private final Launch millrace;
    private final PrintStream progress;

    /**
     * @param millrace how Millrace's command line is started
     * @param progress where the run is told, line by line
     */
    public ChaosRun(ChaosSettings settings, Launch millrace, PrintStream progress) {
        this.settings = settings;
        this.millrace = millrace;
        this.progress = progress;
    }

    /**
     * Does it.
     *
     * @return what came out
     * @throws IllegalStateException when the cluster could not be started or the checker did not come to a verdict
     */
    public ChaosReport run() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("millrace-chaos");
        Instant begun = Instant.now();
        try {
            Verdict verdict = run(directory);
            List<FaultNote> faults = new LineReader<>(directory.resolve("faults.jsonl"), FaultNote.class).more();
            ChaosReport report =
                    ChaosReport.of(settings, begun, Duration.between(begun, Instant.now()), faults, verdict);
            if (settings.report() != null) {
                Files.writeString(settings.report(), report.json(), UTF_8);
            }
            return report;
        } finally {
            if (settings.keep()) {
                say("kept: " + directory);
            } else {
                delete(directory);
            }
        }
    }

    private Verdict run(Path directory) throws IOException, InterruptedException {
        say("seed " + settings.seed() + ", scenario " + settings.scenario().text() + ": starting a cluster");
        Cluster.Extent extent = new Cluster.Extent(
                EXTENT.dispatchers(), EXTENT.workers(), EXTENT.adapters(), EXTENT.slots(), settings.environment());
        try (Cluster cluster = new Cluster(directory, millrace, extent);
                Lines journal = Lines.appendTo(directory.resolve("journal.jsonl"));
                Lines answers = Lines.appendTo(directory.resolve("answers.jsonl"));
                Lines faults = Lines.appendTo(directory.resolve("faults.jsonl"))) {
            cluster.awaitReady();
            Path marks = Files.createDirectory(directory.resolve("marks"));
            TestFunction function = new TestFunction(
                    directory.resolve("ledger.jsonl"),
                    marks,
                    settings.scenario().concurrency());
            function.deploy(cluster.doors().getFirst(), "first");
            function.tick(cluster.doors().getFirst(), true);
            if (settings.faults() >= MANY) {
                cluster.warm();
            }
            OwnProcess checker = checker(directory, settings.scenario().concurrency(), cluster.doors());
            boolean keysAreKnown = Clients.keysAreKnown(cluster.doors().getFirst());
            try (Clients clients = new Clients(cluster.doors(), journal, keysAreKnown)) {
                Nemesis nemesis = new Nemesis(cluster, clients, function, faults, this::tell);
                if (settings.scenario().callers() > 0) {
                    hurtCallers(nemesis, cluster.doors(), answers);
                } else {
                    hurt(nemesis, clients);
                }
                function.tick(cluster.doors().getFirst(), false);
                say("faults over; " + clients.accepted() + " events accepted; the checker waits for their ends");
            }
            Files.createFile(directory.resolve("over"));
            return verdict(checker, directory);
        }
    }

    private void hurt(Nemesis nemesis, Clients clients) throws InterruptedException {
        FaultPlan plan = settings.scenario().plan(settings.seed(), settings.faults());
        say(settings.rate() + " events a second; " + plan.size() + " faults");
        Load load = new Load(clients, settings.seed(), settings.rate());
        try {
            carryOut(nemesis, plan);
        } finally {
            load.stop();
        }
    }

    private void hurtCallers(Nemesis nemesis, List<URI> doors, Lines answers) throws InterruptedException {
        FaultPlan plan = settings.scenario().plan(settings.seed(), settings.faults());
        int each = settings.scenario().callers();
        say(each + " callers wait at each of " + doors.size() + " dispatchers; " + plan.size() + " faults");
        try (Callers _ = new Callers(doors, answers, settings.seed(), each)) {
            carryOut(nemesis, plan);
        }
    }

    private void carryOut(Nemesis nemesis, FaultPlan plan) throws InterruptedException {
        Thread.sleep(CALM);
        long deadline = System.nanoTime() + settings.duration().toNanos();
        nemesis.carryOut(plan, deadline);
        if (plan.size() == 0) {
            Thread.sleep(settings.duration());
        }
        Thread.sleep(CALM);
    }

    private void tell(FaultNote fault) {
        say("%4d  %-24s %-34s ready again after %d ms"
                .formatted(fault.number(), fault.kind(), fault.target(), fault.ready()));
    }

    private static OwnProcess checker(Path directory, int concurrency, List<URI> doors) {
        List<String> arguments = new ArrayList<>();
        arguments.add(directory.toString());
        arguments.add(Integer.toString(concurrency));
        doors.forEach(door -> arguments.add(door.toString()));
        return OwnProcess.start(
                "checker", directory, Map.of(), new Launch(Checker.class.getName()).command(directory, arguments));
    }

    private static Verdict verdict(OwnProcess checker, Path directory) throws InterruptedException {
        if (!checker.awaitEnd(CHECK_PATIENCE)) {
            checker.kill();
        }
        Path file = directory.resolve(Checker.VERDICT);
        try {
            return JsonMapper.builder().build().readValue(Files.readAllBytes(file), Verdict.class);
        } catch (IOException e) {
            throw new IllegalStateException("the checker has come to no verdict: " + checker.errors(), e);
        }
    }

    private void say(String what) {
        progress.println(what);
        progress.flush();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }
}
