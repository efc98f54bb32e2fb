package dev.millrace.dispatcher;

import dev.millrace.program.Health;
import dev.millrace.program.HttpListener;
import dev.millrace.program.InternalRoutes;
import dev.millrace.program.InvalidSettingsException;
import dev.millrace.program.Metrics;
import dev.millrace.program.Parts;
import dev.millrace.program.Program;
import dev.millrace.program.ReadyLine;
import dev.millrace.program.Settings;
import dev.millrace.program.StartException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** The dispatcher as a program of its own: {@code millrace dispatcher}. */
public final class DispatcherProgram {

    private DispatcherProgram() {}

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
        return new Program("dispatcher", err).run(parts -> start(settings, parts, new ReadyLine(out)));
    }

    private static void start(Settings settings, Parts parts, ReadyLine ready) throws StartException {
        DispatcherSettings mine = DispatcherSettings.from(settings);
        try {
            settings.requireValid();
        } catch (InvalidSettingsException e) {
            throw e.asStartException();
        }
        Metrics metrics = parts.add("metrics", Metrics.ofProcess());
        Health health = new Health();
        Dispatcher dispatcher = parts.add(
                "dispatcher", Dispatcher.start(mine.backends(), mine.policy(), Clock.systemUTC(), metrics, health));
        HttpListener internal = parts.add(
                "internal listener",
                HttpListener.start("internal", mine.internal(), metrics, List.of(new InternalRoutes(health, metrics))));
        HttpListener main =
                parts.add("listener", HttpListener.start("api", mine.main(), metrics, List.of(dispatcher.routes())));
        parts.add("waiting callers", dispatcher::answerWaiting);
        ready.print(main.uri(), "internal=" + internal.uri());
    }
}
