package dev.millrace.program;

import dev.millrace.contract.Mistake;
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The YAML file of settings: nested names are joined by dots. */
final class SettingsFile {

    private SettingsFile() {}

    /** Reads the file; whatever is wrong with it is noted, and then it counts as empty. */
    static Map<String, String> read(Path path, List<Mistake> mistakes) {
        try {
            Map<String, String> values = new TreeMap<>();
            new YamlConfigSource(path.toString(), Files.readString(path))
                    .getProperties()
                    .forEach((name, value) -> values.put(name.replace("\"", ""), value));
            return values;
        } catch (NoSuchFileException e) {
            mistakes.add(new Mistake(Settings.FILE, "there is no file " + path));
        } catch (IOException e) {
            mistakes.add(new Mistake(Settings.FILE, "cannot read " + path + ": " + e));
        } catch (RuntimeException e) {
            // The parser has no common exception type; its text names line and column over several lines.
            String text = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
            mistakes.add(new Mistake(Settings.FILE, path + " is no YAML: " + text));
        }
        return Map.of();
    }
}
