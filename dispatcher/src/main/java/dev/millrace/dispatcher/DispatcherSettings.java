package dev.millrace.dispatcher;

import dev.millrace.program.AcceptSettings;
import dev.millrace.program.Backends;
import dev.millrace.program.ListenerSettings;
import dev.millrace.program.Settings;
import java.time.Duration;

/**
 * How a dispatcher is set.
 *
 * @param backends its Kafka and Redis
 * @param policy how full queues may become, and how often the books are made unasked
 * @param main the listener of the native HTTP interface
 * @param internal the listener of health and figures
 */
public record DispatcherSettings(
        Backends backends, Dispatcher.Policy policy, ListenerSettings main, ListenerSettings internal) {

    /** How often the books are made unless configured otherwise. */
    public static final Duration AUDIT_EVERY = Duration.ofMinutes(10);

    /** Port of the native HTTP interface unless configured otherwise. */
    public static final int DEFAULT_PORT = 8080;

    /** Port of health and figures unless configured otherwise. */
    public static final int DEFAULT_INTERNAL_PORT = 8070;

    /** Reads them; what is wrong is noted in {@code settings}. */
    public static DispatcherSettings from(Settings settings) {
        Duration auditEvery = settings.duration("audit-every", AUDIT_EVERY, Duration.ZERO, Duration.ofDays(7));
        return new DispatcherSettings(
                Backends.from(settings),
                new Dispatcher.Policy(AcceptSettings.from(settings), auditEvery),
                ListenerSettings.main(settings, "port", DEFAULT_PORT),
                ListenerSettings.internal(settings, DEFAULT_INTERNAL_PORT));
    }
}
