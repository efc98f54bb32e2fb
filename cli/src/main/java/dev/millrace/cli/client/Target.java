package dev.millrace.cli.client;

import dev.millrace.cli.shell.Failure;
import dev.millrace.cli.shell.Shell;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the server is, and by which key.
 *
 * @param endpoint of the HTTP interface, without a slash at its end
 * @param source where that is from, for a person
 * @param adapters where notifications go; the same in {@code dev}
 * @param apiKey sent with every request; {@code null} for none
 */
public record Target(
        URI endpoint, String source, URI adapters, @Nullable String apiKey) {

    static final String STANDARD = "http://127.0.0.1:8080";

    /** What the command line says; each {@code null} when it says nothing. */
    public record Flags(
            @Nullable String endpoint,
            @Nullable String adapters,
            @Nullable String apiKey) {}

    private record Found(String value, String source) {}

    /**
     * Looks in this order: flag, environment, configuration file, the {@code dev} that runs, the standard address. The
     * address of a {@code dev} is asked for only when nothing else says one, and so is its adapters'.
     *
     * @throws Failure when an address is none, or the configuration has mistakes
     */
    public static Target find(Flags flags, Shell shell) {
        Map<String, String> config = ConfigFile.read(shell);
        Optional<Found> told =
                told(flags.endpoint(), "--endpoint", "MILLRACE_ENDPOINT", ConfigFile.ENDPOINT, shell, config);
        Optional<RunningDev> dev = told.isPresent() ? Optional.empty() : RunningDev.find(shell);
        Found endpoint = told.or(() -> dev.map(running -> new Found(running.endpoint(), "the millrace dev that runs")))
                .orElse(new Found(STANDARD, "the standard address"));
        Found adapters = told(
                        flags.adapters(),
                        "--adapters",
                        "MILLRACE_ADAPTERS_ENDPOINT",
                        ConfigFile.ADAPTERS,
                        shell,
                        config)
                .or(() -> dev.map(running -> new Found(running.adapters(), "the millrace dev that runs")))
                .orElse(endpoint);
        String key = told(flags.apiKey(), "--api-key", "MILLRACE_API_KEY", ConfigFile.API_KEY, shell, config)
                .map(Found::value)
                .orElse(null);
        return new Target(uri(endpoint), endpoint.source(), uri(adapters), key);
    }

    private static Optional<Found> told(
            @Nullable String flag,
            String flagName,
            String variable,
            String setting,
            Shell shell,
            Map<String, String> config) {
        if (flag != null) {
            return Optional.of(new Found(flag, flagName));
        }
        return shell.variable(variable)
                .map(value -> new Found(value, variable))
                .or(() -> Optional.ofNullable(config.get(setting))
                        .map(value -> new Found(value, ConfigFile.of(shell).toString())));
    }

    private static URI uri(Found found) {
        String text = found.value().strip().replaceAll("/+$", "");
        try {
            URI uri = new URI(text);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (web && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw noAddress(found).because(e);
        }
        throw noAddress(found);
    }

    private static Failure noAddress(Found found) {
        return Failure.usage(
                "'" + found.value() + "' (" + found.source() + ") is no address of a server; write it as " + STANDARD);
    }
}
