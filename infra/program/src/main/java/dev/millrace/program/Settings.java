package dev.millrace.program;

import dev.millrace.contract.DurationText;
import dev.millrace.contract.Mistake;
import dev.millrace.contract.NearMiss;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a program's settings are read from: flags over system properties over environment over a file. Reading notes
 * every mistake instead of stopping at the first; {@link #requireValid} then throws all of them. Not thread-safe.
 *
 * <p>A setting has one name everywhere: {@code scf-port} in the file is the flag {@code --scf-port}, the system property
 * {@code millrace.scf-port} and the variable {@code MILLRACE_SCF_PORT}. One file may serve the three programs.
 */
public final class Settings {

    /** The setting that names the file. */
    public static final String FILE = "config";

    private static final Logger log = LoggerFactory.getLogger(Settings.class);
    private static final String PREFIX = "millrace.";
    private static final String VARIABLE_PREFIX = "MILLRACE_";

    /** Settings that some program reads, so that a file can be shared by all of them. */
    private static final Set<String> OF_SOME_PROGRAM = Set.of(
            FILE,
            "port",
            "scf-port",
            "internal-port",
            "host",
            "internal-host",
            "require-keys",
            "api-keys",
            "queue-limit",
            "slots",
            "sandbox",
            "data",
            "audit-every",
            "log-format",
            "log-level");

    /** What is no setting of a program but found beside them: the client's, the launcher's. */
    private static final Set<String> OTHERS = Set.of(
            "endpoint",
            "adapters-endpoint",
            "api-key",
            "home",
            "java-opts",
            "jdk-folders",
            "chaos",
            "seeded-bug",
            "crash-point");

    private final SmallRyeConfig config;
    private final Map<String, String> flags;
    private final Map<String, String> properties;
    private final Map<String, String> environment;
    private final Map<String, String> file;
    private final List<Mistake> mistakes = new ArrayList<>();
    private final Set<String> known = new TreeSet<>(OF_SOME_PROGRAM);
    private final Set<String> sections = new TreeSet<>();

    private Settings(
            Map<String, String> flags,
            Map<String, String> properties,
            Map<String, String> environment,
            @Nullable Path path) {
        this.flags = prefixed(flags);
        this.properties = own(properties);
        this.environment = environment;
        this.file = path == null ? Map.of() : prefixed(SettingsFile.read(path, mistakes));
        // Sources are named one by one: discovery and the default sources cost several times what reading them does.
        this.config = new SmallRyeConfigBuilder()
                .withSources(
                        new PropertiesConfigSource(this.flags, "flags", 500),
                        new PropertiesConfigSource(this.properties, "system properties", 400),
                        new EnvConfigSource(environment, 300),
                        new PropertiesConfigSource(this.file, "file", 200))
                .build();
    }

    /** Reads from these flags, this process, and the file that {@code config} names in either of them. */
    public static Settings ofProcess(Map<String, String> flags) {
        Map<String, String> properties = new HashMap<>();
        System.getProperties().stringPropertyNames().forEach(name -> properties.put(name, System.getProperty(name)));
        String path = flags.getOrDefault(
                FILE, properties.getOrDefault(PREFIX + FILE, System.getenv(VARIABLE_PREFIX + "CONFIG")));
        return of(flags, properties, System.getenv(), path == null ? null : Path.of(path));
    }

    /**
     * Reads from these.
     *
     * @param flags by their names without dashes
     * @param properties system properties; those beginning with {@code millrace.} count
     * @param environment variables; those beginning with {@code MILLRACE_} count
     * @param path a YAML file, or none
     */
    public static Settings of(
            Map<String, String> flags,
            Map<String, String> properties,
            Map<String, String> environment,
            @Nullable Path path) {
        return new Settings(flags, properties, environment, path);
    }

    /** The text of a setting; nothing when it is not set or empty. */
    public Optional<String> text(String key) {
        known.add(key);
        String value = config.getConfigValue(PREFIX + key).getValue();
        return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
    }

    /** The text of a setting, or this one. */
    public String text(String key, String otherwise) {
        return text(key).orElse(otherwise);
    }

    /** One of these texts, or this one. */
    public String choice(String key, String otherwise, List<String> allowed) {
        String text = text(key, otherwise);
        if (!allowed.contains(text)) {
            mistake(key, "must be one of " + String.join(", ", allowed) + ", not " + text + suggestion(text, allowed));
            return otherwise;
        }
        return text;
    }

    /** A whole number. */
    public int number(String key, int otherwise, int min, int max) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same mistake as a number out of range.
        }
        mistake(key, "must be a whole number from " + min + " to " + max + ", not " + text.get());
        return otherwise;
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String key, boolean otherwise) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        return switch (text.get().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> {
                mistake(key, "must be true or false, not " + text.get());
                yield otherwise;
            }
        };
    }

    /** A duration such as {@code 30s}. */
    public Duration duration(String key, Duration otherwise, Duration min, Duration max) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        Optional<Duration> duration = DurationText.parse(text.get());
        if (duration.isEmpty()
                || duration.get().compareTo(min) < 0
                || duration.get().compareTo(max) > 0) {
            mistake(
                    key,
                    "must be a duration from " + DurationText.of(min) + " to " + DurationText.of(max)
                            + ", such as 30s, not " + text.get());
            return otherwise;
        }
        return duration.get();
    }

    /** An address with one of these schemes. */
    public URI uri(String key, URI otherwise, String... schemes) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            URI uri = new URI(text.get());
            if (uri.getScheme() != null
                    && uri.getHost() != null
                    && Arrays.asList(schemes).contains(uri.getScheme())) {
                return uri;
            }
        } catch (java.net.URISyntaxException e) {
            // The same mistake as a wrong scheme. The text is not repeated: it may hold a password.
        }
        mistake(key, "must be an address such as " + schemes[0] + "://host:port");
        return otherwise;
    }

    /** A list of texts: in the file a list, elsewhere with commas between. */
    public List<String> texts(String key) {
        return text(key).stream()
                .flatMap(all -> Arrays.stream(all.split(",")))
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .toList();
    }

    /**
     * Everything below a name, for a library's own settings: {@code kafka-client: {security.protocol: SSL}} in the file,
     * {@code MILLRACE_KAFKA_CLIENT_SECURITY_PROTOCOL} in the environment.
     */
    public Map<String, String> section(String key) {
        sections.add(key);
        Map<String, String> section = new TreeMap<>();
        String below = PREFIX + key + ".";
        String variablesBelow = variable(key) + "_";
        file.forEach((name, value) -> putBelow(section, below, name, value));
        environment.forEach((name, value) -> {
            if (name.startsWith(variablesBelow)) {
                String rest = name.substring(variablesBelow.length());
                section.put(rest.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        properties.forEach((name, value) -> putBelow(section, below, name, value));
        flags.forEach((name, value) -> putBelow(section, below, name, value));
        return section;
    }

    /** Notes a mistake that only the caller can see. */
    public void mistake(String key, String text) {
        mistakes.add(new Mistake(key, text));
    }

    /**
     * Ends reading: names that nobody reads are mistakes, too, except in the environment, where others may have put them.
     *
     * @throws InvalidSettingsException listing every mistake
     */
    public void requireValid() throws InvalidSettingsException {
        for (Map<String, String> source : List.of(flags, properties, file)) {
            source.keySet().stream()
                    .map(name -> name.substring(PREFIX.length()))
                    .filter(name -> !isKnown(name) && !OTHERS.contains(name))
                    .forEach(name -> mistake(name, "is no setting" + suggestion(name, known)));
        }
        environment.keySet().stream()
                .filter(name -> name.startsWith(VARIABLE_PREFIX) && !name.startsWith("MILLRACE_TEST_"))
                .filter(name -> !isKnownVariable(name))
                .forEach(name -> log.warn("{} is no setting{}", name, suggestion(name, variables())));
        if (!mistakes.isEmpty()) {
            throw new InvalidSettingsException(mistakes);
        }
    }

    private boolean isKnown(String name) {
        String plain = name.replaceAll("\\[\\d+]$", "");
        return known.contains(plain) || sections.stream().anyMatch(section -> plain.startsWith(section + "."));
    }

    private boolean isKnownVariable(String name) {
        return variables().contains(name)
                || sections.stream().anyMatch(section -> name.startsWith(variable(section) + "_"))
                || OTHERS.stream().anyMatch(other -> name.equals(variable(other)));
    }

    private Set<String> variables() {
        Set<String> variables = new TreeSet<>();
        known.forEach(key -> variables.add(variable(key)));
        return variables;
    }

    private static String variable(String key) {
        return VARIABLE_PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }

    private static String suggestion(String name, java.util.Collection<String> candidates) {
        return NearMiss.of(name, candidates)
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
    }

    private static void putBelow(Map<String, String> section, String below, String name, String value) {
        if (name.startsWith(below)) {
            section.put(name.substring(below.length()), value);
        }
    }

    private static Map<String, String> prefixed(Map<String, String> values) {
        Map<String, String> prefixed = new TreeMap<>();
        values.forEach((name, value) -> prefixed.put(PREFIX + name, value));
        return prefixed;
    }

    private static Map<String, String> own(Map<String, String> properties) {
        Map<String, String> own = new TreeMap<>();
        properties.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                own.put(name, value);
            }
        });
        return own;
    }
}
