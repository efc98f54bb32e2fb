package dev.millrace.cli.source;

import dev.millrace.cli.shell.Failure;
import dev.millrace.cli.yaml.MarkedYaml;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.FunctionSpecJson;
import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.Mistake;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpecJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code function.yaml} without mistakes.
 *
 * @param spec what it defines, complete
 * @param definition the same as it is sent
 * @param source the folder with the code; {@code null} for a handler that an embedding program registers
 * @param triggers by name, as they are sent, in the order of the file
 */
public record FunctionFile(
        FunctionSpec spec, ObjectNode definition, @Nullable Path source, SequencedMap<String, ObjectNode> triggers) {

    /** The name that is looked for in a folder. */
    public static final String NAME = "function.yaml";

    /**
     * Reads and checks a file.
     *
     * @param place the file, or the folder that it is in
     * @param now a schedule that never fires after this is a mistake
     * @throws Failure listing every mistake with its line
     */
    public static FunctionFile read(Path place, Instant now) {
        Path file = Files.isDirectory(place) ? place.resolve(NAME) : place;
        if (!Files.exists(file)) {
            throw Failure.usage("there is no file " + file.normalize())
                    .next("name the folder of a function, such as: millrace deploy examples/hello");
        }
        return new Reader(file.normalize(), now).read();
    }

    /** The source's entry file if it is missing: not a mistake for certain, but worth a word. */
    public Optional<String> missingEntry() {
        String handler = spec.handler();
        if (source == null || handler.indexOf('.') < 1) {
            return Optional.empty();
        }
        String entry = handler.substring(0, handler.lastIndexOf('.'));
        List<String> names = switch (spec.runtime()) {
            case PYTHON3 -> List.of(entry + ".py", entry + "/__init__.py");
            case NODEJS -> List.of(entry + ".js", entry + ".mjs", entry + ".cjs");
            case JAVA, CUSTOM, WEB -> List.of();
        };
        boolean missing = !names.isEmpty() && names.stream().noneMatch(name -> Files.exists(source.resolve(name)));
        return missing ? Optional.of(names.getFirst()) : Optional.empty();
    }

    /** One reading, in which mistakes gather. */
    private static final class Reader {

        private final Path file;
        private final Instant now;
        private final MarkedYaml yaml;
        private final List<Mistake> mistakes = new ArrayList<>();

        Reader(Path file, Instant now) {
            this.file = file;
            this.now = now;
            this.yaml = MarkedYaml.read(file);
        }

        FunctionFile read() {
            mistakes.addAll(yaml.mistakes());
            if (!(yaml.root() instanceof ObjectNode root)) {
                mistakes.add(new Mistake("", "must have fields such as name, runtime and handler"));
                throw refused();
            }
            FunctionSpec spec = spec(root);
            SequencedMap<String, ObjectNode> triggers = triggers(root.path("triggers"));
            Path source = source(root.path("src"), spec);
            if (spec == null || !mistakes.isEmpty()) {
                throw refused();
            }
            return new FunctionFile(spec, FunctionSpecJson.write(spec), source, triggers);
        }

        private @Nullable FunctionSpec spec(ObjectNode root) {
            try {
                return FunctionSpecJson.read(root);
            } catch (InvalidDefinitionException e) {
                mistakes.addAll(e.mistakes());
                return null;
            }
        }

        private SequencedMap<String, ObjectNode> triggers(JsonNode list) {
            SequencedMap<String, ObjectNode> triggers = new LinkedHashMap<>();
            if (list.isMissingNode() || list.isNull()) {
                return triggers;
            }
            if (!list.isArray()) {
                mistakes.add(new Mistake("triggers", "must be a list"));
                return triggers;
            }
            Set<String> names = new HashSet<>();
            for (int i = 0; i < list.size(); i++) {
                String path = "triggers[" + i + "]";
                if (list.get(i) instanceof ObjectNode trigger) {
                    trigger(trigger, path, names, triggers);
                } else {
                    mistakes.add(new Mistake(path, "must have fields such as name and type"));
                }
            }
            return triggers;
        }

        private void trigger(
                ObjectNode trigger, String path, Set<String> names, SequencedMap<String, ObjectNode> triggers) {
            String name = trigger.path("name").asString("");
            if (name.isEmpty()) {
                mistakes.add(new Mistake(path + ".name", "is required"));
            } else if (!TriggerRef.isName(name)) {
                mistakes.add(new Mistake(
                        path + ".name", "must be up to 100 letters, digits, ., - or _, starting with a letter"));
            } else if (name.equals(TriggerRef.API)) {
                mistakes.add(new Mistake(path + ".name", "api is the trigger that every function has from the start"));
            } else if (!names.add(name)) {
                mistakes.add(new Mistake(path + ".name", "another trigger has the name " + name));
            }
            try {
                TriggerSpecJson.Read read = TriggerSpecJson.read(trigger, now);
                triggers.put(name, TriggerSpecJson.write(read.spec(), read.enabled()));
            } catch (InvalidDefinitionException e) {
                e.mistakes()
                        .forEach(mistake -> mistakes.add(new Mistake(
                                mistake.path().isEmpty() ? path : path + "." + mistake.path(), mistake.text())));
            }
        }

        private @Nullable Path source(JsonNode src, @Nullable FunctionSpec spec) {
            boolean given = !src.isMissingNode() && !src.isNull();
            if (given && !src.isString()) {
                mistakes.add(new Mistake("src", "must be a folder, such as ."));
                return null;
            }
            if (spec != null && spec.runtime() == RuntimeKind.JAVA) {
                return null; // Its handler is registered by the program that runs it.
            }
            Path folder = file.toAbsolutePath()
                    .resolveSibling(given ? src.stringValue() : ".")
                    .normalize();
            if (!Files.isDirectory(folder)) {
                mistakes.add(new Mistake("src", "is no folder: " + folder));
            }
            return folder;
        }

        private Failure refused() {
            List<String> lines = mistakes.stream()
                    .sorted(Comparator.comparingInt(mistake -> yaml.line(mistake.path())))
                    .map(yaml::located)
                    .toList();
            String count = lines.size() == 1 ? "a mistake" : lines.size() + " mistakes";
            return Failure.usage(file + " has " + count + "; nothing was deployed")
                    .with(lines);
        }
    }
}
