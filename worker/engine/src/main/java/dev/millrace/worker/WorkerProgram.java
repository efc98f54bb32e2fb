package dev.millrace.worker;

import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.Replication;
import dev.millrace.program.Backends;
import dev.millrace.program.Health;
import dev.millrace.program.HttpListener;
import dev.millrace.program.InternalRoutes;
import dev.millrace.program.InvalidSettingsException;
import dev.millrace.program.ListenerSettings;
import dev.millrace.program.Metrics;
import dev.millrace.program.Parts;
import dev.millrace.program.Program;
import dev.millrace.program.ReadyLine;
import dev.millrace.program.Settings;
import dev.millrace.program.StartException;
import dev.millrace.redis.RedisSettings;
import dev.millrace.redis.UnfitRedisException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker as a program of its own, for functions with code: {@code millrace worker}. */
public final class WorkerProgram {

    /** Port of health and figures unless configured otherwise. */
    public static final int DEFAULT_INTERNAL_PORT = 8071;

    private static final Logger log = LoggerFactory.getLogger(WorkerProgram.class);

    /** Less than a program may take to stop. */
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(45);

    private final Program program;
    private final ReadyLine ready;

    /** What is read from the settings. */
    private record Wanted(Backends backends, WorkerSettings worker, ListenerSettings internal) {}

    private WorkerProgram(PrintStream out, PrintStream err) {
        this.program = new Program("worker", err);
        this.ready = new ReadyLine(out);
    }

    /**
     * Runs until SIGTERM, or until an operator asks it to drain.
     *
     * @param flags settings by their names, without dashes
     * @param out gets exactly one line, when it takes events
     * @param err gets a line when it cannot start
     * @return the exit code
     */
    public static int run(Map<String, String> flags, PrintStream out, PrintStream err) {
        WorkerProgram worker = new WorkerProgram(out, err);
        Settings settings = Settings.ofProcess(flags);
        return worker.program.run(parts -> worker.start(settings, parts));
    }

    private void start(Settings settings, Parts parts) throws StartException {
        Wanted wanted = wanted(settings);
        Metrics metrics = parts.add("metrics", Metrics.ofProcess());
        Worker worker = parts.add("worker", worker(wanted, metrics));
        Health health = new Health();
        health.part("worker", worker::state);
        worker.missingRuntimes().values().forEach(why -> log.warn("{}; other workers may have it", why));
        log.info("functions run without a sandbox, with the rights of this user: isolation is not built yet");
        HttpListener internal = parts.add(
                "internal listener",
                HttpListener.start(
                        "internal", wanted.internal(), metrics, List.of(new InternalRoutes(health, metrics))));
        ready.print(internal.uri());
    }

    private static Wanted wanted(Settings settings) throws StartException {
        Backends backends = Backends.from(settings);
        int slots = settings.number("slots", WorkerSettings.DEFAULT_SLOTS, 1, 10_000);
        settings.choice("sandbox", "auto", List.of("auto", "none"));
        ListenerSettings internal = ListenerSettings.internal(settings, DEFAULT_INTERNAL_PORT);
        try {
            settings.requireValid();
        } catch (InvalidSettingsException e) {
            throw e.asStartException();
        }
        WorkerSettings worker = WorkerSettings.defaults().withSlots(slots).withDrainTimeout(DRAIN_TIMEOUT);
        return new Wanted(backends, worker, internal);
    }

    private Worker worker(Wanted wanted, Metrics metrics) throws StartException {
        Backends backends = wanted.backends();
        try {
            return Worker.builder()
                    .kafka(new KafkaSettings(
                            backends.kafka(), backends.topics(), Replication.OF_CLUSTER, backends.kafkaClient()))
                    .redis(new RedisSettings(backends.redis(), backends.redisPrefix()))
                    .settings(wanted.worker())
                    .meters(metrics.registry())
                    .patience(backends.patience())
                    .onDrainRequest(program::stop)
                    .start();
        } catch (KafkaUnavailableException e) {
            throw new StartException(
                    StartException.UNAVAILABLE, e.getMessage() + " (--kafka or MILLRACE_KAFKA says where it is)");
        } catch (IllegalArgumentException | UnfitRedisException e) {
            throw new StartException(StartException.USAGE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new StartException(
                    StartException.UNAVAILABLE, "code cannot be kept on this machine: " + e.getMessage());
        }
    }
}
