package dev.millrace.cli.client;

import dev.millrace.cli.shell.Failure;
import dev.millrace.cli.shell.Shell;
import dev.millrace.cli.yaml.MarkedYaml;
import dev.millrace.contract.Mistake;
import dev.millrace.contract.NearMiss;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** {@code config.yaml} in the {@linkplain Shell#configFolder() configuration folder}: where the server is. */
final class ConfigFile {

    static final String ENDPOINT = "endpoint";
    static final String ADAPTERS = "adapters";
    static final String API_KEY = "api-key";

    private static final List<String> KNOWN = List.of(ENDPOINT, ADAPTERS, API_KEY);

    private ConfigFile() {}

    static Path of(Shell shell) {
        return shell.configFolder().resolve("config.yaml");
    }

    /**
     * Its settings; none when there is no such file.
     *
     * @throws Failure listing every mistake with its line
     */
    static Map<String, String> read(Shell shell) {
        Path file = of(shell);
        if (!Files.exists(file)) {
            return Map.of();
        }
        MarkedYaml yaml = MarkedYaml.read(file);
        List<Mistake> mistakes = new ArrayList<>(yaml.mistakes());
        Map<String, String> settings = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : yaml.root().properties()) {
            String name = entry.getKey();
            if (!KNOWN.contains(name)) {
                mistakes.add(new Mistake(
                        name,
                        "is not known here, but " + String.join(", ", KNOWN) + " are"
                                + NearMiss.of(name, KNOWN)
                                        .map(near -> "; did you mean " + near + "?")
                                        .orElse("")));
            } else if (!entry.getValue().isString()) {
                mistakes.add(new Mistake(name, "must be a text"));
            } else {
                settings.put(name, entry.getValue().stringValue());
            }
        }
        if (!mistakes.isEmpty()) {
            throw Failure.usage("the configuration has mistakes")
                    .with(mistakes.stream().map(yaml::located).toList());
        }
        return settings;
    }
}
