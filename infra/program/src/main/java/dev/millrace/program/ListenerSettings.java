package dev.millrace.program;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where a listener listens and whom it lets in.
 *
 * @param host address to bind
 * @param port 0: any free one
 * @param portKey name of the setting the port comes from, for the message when it is taken
 * @param keys whom it lets in
 */
public record ListenerSettings(String host, int port, String portKey, ApiKeys keys) {

    /** Where a listener is bound unless told otherwise. */
    public static final String LOOPBACK = "127.0.0.1";

    public ListenerSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    /** Any free port on the loopback address, open to all who can reach it. */
    public static ListenerSettings anyLoopbackPort() {
        return new ListenerSettings(LOOPBACK, 0, "port", ApiKeys.open());
    }

    /**
     * The main listener of a program: settings {@code host} and this port; keys by {@code require-keys} and
     * {@code api-keys}. Reaching beyond loopback without keys is noted as a mistake.
     */
    public static ListenerSettings main(Settings settings, String portKey, int defaultPort) {
        String host = settings.text("host", LOOPBACK);
        int port = settings.number(portKey, defaultPort, 0, 65_535);
        boolean required = settings.flag("require-keys", false);
        ApiKeys keys = ApiKeys.of(settings.texts("api-keys"));
        if (!keys.any() && required) {
            settings.mistake("api-keys", "is empty, and require-keys is on: set at least one key");
        }
        if (!keys.any() && !isLoopback(host)) {
            settings.mistake(
                    "host",
                    host
                            + " can be reached from other machines: set api-keys (MILLRACE_API_KEYS, comma between keys), or bind "
                            + LOOPBACK);
        }
        boolean demanded = required || !isLoopback(host);
        return new ListenerSettings(host, port, portKey, demanded ? keys : ApiKeys.open());
    }

    /**
     * The internal listener: settings {@code internal-host} and {@code internal-port}. It serves health and figures only
     * and asks for no key.
     */
    public static ListenerSettings internal(Settings settings, int defaultPort) {
        String host = settings.text("internal-host", LOOPBACK);
        int port = settings.number("internal-port", defaultPort, 0, 65_535);
        return new ListenerSettings(host, port, "internal-port", ApiKeys.open());
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            // Binding will say that the name is unknown; until then it counts as the less trusted case.
            return false;
        }
    }
}
