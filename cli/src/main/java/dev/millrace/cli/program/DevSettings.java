package dev.millrace.cli.program;

import dev.millrace.cli.shell.Shell;
import dev.millrace.program.AcceptSettings;
import dev.millrace.program.InvalidSettingsException;
import dev.millrace.program.ListenerSettings;
import dev.millrace.program.Settings;
import dev.millrace.program.StartException;
import java.nio.file.Path;
import java.util.Map;

/**
 * How {@code dev} is set.
 *
 * @param data where Kafka and Redis keep their data between runs
 * @param accept how full queues may become
 * @param main the one listener for everything that users see
 * @param internal health and figures, on any free port unless told otherwise
 */
record DevSettings(Path data, AcceptSettings accept, ListenerSettings main, ListenerSettings internal) {

    private static final int DEFAULT_PORT = 8080;

    /** Anywhere, on free ports. */
    static DevSettings on(Path data) {
        return new DevSettings(
                data, AcceptSettings.DEFAULT, ListenerSettings.anyLoopbackPort(), ListenerSettings.anyLoopbackPort());
    }

    /** @throws StartException listing every mistake */
    static DevSettings of(Map<String, String> flags, Shell shell) throws StartException {
        Settings settings = Settings.ofProcess(flags);
        Path data = settings.text("data")
                .map(Path::of)
                .orElseGet(() -> shell.dataFolder().resolve("dev"));
        DevSettings read = new DevSettings(
                data,
                AcceptSettings.from(settings),
                ListenerSettings.main(settings, "port", DEFAULT_PORT),
                ListenerSettings.internal(settings, 0));
        try {
            settings.requireValid();
        } catch (InvalidSettingsException e) {
            throw e.asStartException();
        }
        return read;
    }
}
