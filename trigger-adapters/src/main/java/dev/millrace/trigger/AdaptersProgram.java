package dev.millrace.trigger;

import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.Replication;
import dev.millrace.program.Backends;
import dev.millrace.program.Health;
import dev.millrace.program.HttpListener;
import dev.millrace.program.InternalRoutes;
import dev.millrace.program.InvalidSettingsException;
import dev.millrace.program.Metrics;
import dev.millrace.program.Parts;
import dev.millrace.program.Program;
import dev.millrace.program.ReadyLine;
import dev.millrace.program.Routes;
import dev.millrace.program.Settings;
import dev.millrace.program.StartException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The trigger adapters as a program of their own: {@code millrace adapters}. */
public final class AdaptersProgram {

    private AdaptersProgram() {}

    /**
     * Runs until SIGTERM.
     *
     * @param flags settings by their names, without dashes
     * @param out gets exactly one line, when it serves
     * @param err gets a line when it cannot start
     * @return the exit code
     */
    public static int run(Map<String, String> flags, PrintStream out, PrintStream err) {
        Settings settings = Settings.ofProcess(flags);
        return new Program("adapters", err).run(parts -> start(settings, parts, new ReadyLine(out)));
    }

    private static void start(Settings settings, Parts parts, ReadyLine ready) throws StartException {
        AdaptersSettings mine = AdaptersSettings.from(settings);
        try {
            settings.requireValid();
        } catch (InvalidSettingsException e) {
            throw e.asStartException();
        }
        Metrics metrics = parts.add("metrics", Metrics.ofProcess());
        Health health = new Health();
        Adapters adapters = parts.add("adapters", adapters(mine, metrics, health));
        HttpListener internal = parts.add(
                "internal listener",
                HttpListener.start("internal", mine.internal(), metrics, List.of(new InternalRoutes(health, metrics))));
        List<Routes> served = new ArrayList<>(adapters.routes());
        served.add(() -> InternalRoutes.health(health));
        HttpListener main = parts.add("listener", HttpListener.start("adapters", mine.listener(), metrics, served));
        ready.print(main.uri(), "internal=" + internal.uri());
    }

    private static Adapters adapters(AdaptersSettings mine, Metrics metrics, Health health) throws StartException {
        Backends backends = mine.backends();
        try {
            KafkaSettings kafka = new KafkaSettings(
                    backends.kafka(), backends.topics(), Replication.OF_CLUSTER, backends.kafkaClient());
            return Adapters.start(kafka, mine.accept(), metrics, health, backends.patience());
        } catch (IllegalArgumentException e) {
            throw new StartException(StartException.USAGE, String.valueOf(e.getMessage()));
        } catch (KafkaUnavailableException e) {
            throw new StartException(
                    StartException.UNAVAILABLE, e.getMessage() + " (--kafka or MILLRACE_KAFKA says where it is)");
        }
    }
}
