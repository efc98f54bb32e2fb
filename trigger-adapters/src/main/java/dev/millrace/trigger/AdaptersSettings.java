package dev.millrace.trigger;

import dev.millrace.program.AcceptSettings;
import dev.millrace.program.Backends;
import dev.millrace.program.ListenerSettings;
import dev.millrace.program.Settings;

/**
 * Settings of the adapters' program.
 *
 * @param backends Kafka; adapters have no use for Redis
 * @param accept how full queues may become
 * @param listener where notifications come in, port 8085 unless told otherwise
 * @param internal health and figures, port 8072 unless told otherwise
 */
public record AdaptersSettings(
        Backends backends, AcceptSettings accept, ListenerSettings listener, ListenerSettings internal) {

    public static final int DEFAULT_PORT = 8085;
    public static final int DEFAULT_INTERNAL_PORT = 8072;

    /** Reads them; mistakes are noted in {@code settings}. */
    public static AdaptersSettings from(Settings settings) {
        return new AdaptersSettings(
                Backends.from(settings),
                AcceptSettings.from(settings),
                ListenerSettings.main(settings, "port", DEFAULT_PORT),
                ListenerSettings.internal(settings, DEFAULT_INTERNAL_PORT));
    }
}
