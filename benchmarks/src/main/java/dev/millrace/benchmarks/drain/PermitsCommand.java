package dev.millrace.benchmarks.drain;

import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import dev.millrace.benchmarks.stage.Ground;
import dev.millrace.benchmarks.stage.Recording;
import dev.millrace.benchmarks.stage.Stage;
import dev.millrace.contract.TriggerDefinition;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import redis.clients.jedis.Jedis;

/** {@code permits}: the same drain by a worker that leases its permits, and by one that asks nobody. */
@Command(
        name = "permits",
        description = "Drains a backlog with and without the fleet's limits: what keeping them costs.")
public final class PermitsCommand implements Callable<Integer> {

    private static final String IGNORED = "millrace.limits-ignored";
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern SCRIPTS = Pattern.compile("cmdstat_evalsha:calls=(\\d+)");
    private static final Pattern COMMANDS = Pattern.compile("total_commands_processed:(\\d+)");

    @Mixin
    private ReportOptions options;

    @Option(names = "--events", description = "Size of the backlog (${DEFAULT-VALUE}).", defaultValue = "200000")
    private int events;

    @Option(names = "--bytes", description = "Size of an event (${DEFAULT-VALUE}).", defaultValue = "300")
    private int bytes;

    @Option(names = "--warm-up", description = "Rounds that are thrown away (${DEFAULT-VALUE}).", defaultValue = "3")
    private int warmUp;

    @Option(names = "--limit", description = "The function's limit (${DEFAULT-VALUE}).", defaultValue = "300")
    private int limit;

    /**
     * One drain.
     *
     * @param scripts that Redis ran
     * @param commands of all kinds, those of scripts and results among them
     */
    private record Measured(double rate, long scripts, long commands) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Report report = options.begin();
        try (Ground ground = Ground.open()) {
            for (int round = 0; round < warmUp + options.rounds(); round++) {
                round(ground, round, report);
            }
        }
        report.note("Backlog of " + events + " events of " + bytes + " bytes in 4 partitions, limit " + limit
                + "; without: the same worker, asking nobody.");
        options.finish(report);
        return 0;
    }

    private void round(Ground ground, int round, Report report) throws IOException, InterruptedException {
        Measured leased;
        Measured ignored;
        if (round % 2 == 0) {
            leased = measure(ground, "permits" + round, false);
            ignored = measure(ground, "free" + round, true);
        } else {
            ignored = measure(ground, "free" + round, true);
            leased = measure(ground, "permits" + round, false);
        }
        ground.emptyRedis();
        double tenThousands = events / 10_000.0;
        options.progress()
                .println((round < warmUp ? "warm-up " : "round ")
                        + round
                        + ": with limits %.1f k/s, without %.1f k/s, %.1f scripts per 10,000"
                                .formatted(leased.rate(), ignored.rate(), leased.scripts() / tenThousands));
        if (round >= warmUp) {
            report.add("with limits", "k/s", leased.rate());
            report.add("without limits", "k/s", ignored.rate());
            report.add("ratio with / without", "", leased.rate() / ignored.rate());
            report.add("scripts per 10,000 invocations", "", leased.scripts() / tenThousands);
            report.add("Redis commands more per 10,000", "", (leased.commands() - ignored.commands()) / tenThousands);
        }
    }

    /** Each has a backlog of its own: what one worker has brought to its end no other runs again. */
    private Measured measure(Ground ground, String name, boolean ignored) throws IOException, InterruptedException {
        ground.emptyRedis();
        System.setProperty(IGNORED, Boolean.toString(ignored));
        try (Stage stage = new Stage(ground, name);
                Jedis redis = new Jedis(stage.backing().redisSettings().uri())) {
            TriggerDefinition trigger = stage.define(Backlog.FUNCTION, limit);
            stage.fill(trigger, events, bytes);
            Backlog backlog = Backlog.of(stage.backing(), trigger, events, 0, LIMIT);
            long scripts = number(SCRIPTS, redis.info("commandstats"));
            long commands = number(COMMANDS, redis.info("stats"));
            Drained drained = new MillraceDrain(backlog, Recording::start).run();
            return new Measured(
                    drained.eventsPerMilli(),
                    number(SCRIPTS, redis.info("commandstats")) - scripts,
                    number(COMMANDS, redis.info("stats")) - commands);
        } finally {
            System.clearProperty(IGNORED);
        }
    }

    private static long number(Pattern pattern, String info) {
        Matcher found = pattern.matcher(info);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }
}
