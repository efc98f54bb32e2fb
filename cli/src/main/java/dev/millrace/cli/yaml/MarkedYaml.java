package dev.millrace.cli.yaml;

import dev.millrace.cli.json.Json;
import dev.millrace.cli.shell.Failure;
import dev.millrace.contract.Mistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;

/** A YAML file as JSON, and the line on which each of its fields stands. Immutable but for the tree. */
public final class MarkedYaml {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEEPEST = 64;

    private final String file;
    private final Map<String, Integer> lines = new HashMap<>();
    private final List<Mistake> mistakes = new ArrayList<>();
    private JsonNode root = NODES.missingNode();

    private MarkedYaml(String file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @throws Failure when it cannot be read, or is not YAML
     */
    public static MarkedYaml read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            throw Failure.usage("there is no file " + file).because(e);
        } catch (IOException e) {
            throw Failure.usage(file + " cannot be read: " + e.getMessage()).because(e);
        }
    }

    /**
     * Reads a text.
     *
     * @param file its name, for messages
     * @throws Failure when it is not YAML
     */
    public static MarkedYaml parse(String file, String text) {
        MarkedYaml yaml = new MarkedYaml(file);
        try (JsonParser parser = new YAMLFactory().createParser(tools.jackson.core.ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != null) {
                yaml.root = yaml.value(parser, "", 0);
                if (parser.nextToken() != null) {
                    yaml.mistakes.add(new Mistake("", "holds more than one document"));
                }
            }
        } catch (JacksonException e) {
            String why =
                    String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
            throw Failure.usage(file + ":" + Math.max(1, e.getLocation().getLineNr()) + ": this is not YAML: " + why)
                    .because(e);
        }
        return yaml;
    }

    /** The whole of it; a missing node when the file is empty. */
    public JsonNode root() {
        return root;
    }

    /** Mistakes of writing: a key that is there twice, a second document. */
    public List<Mistake> mistakes() {
        return List.copyOf(mistakes);
    }

    /** {@code file:line: path: text} */
    public String located(Mistake mistake) {
        return file + ":" + line(mistake.path()) + ": " + mistake;
    }

    /** The line on which a field stands, or, when it is missing, what it belongs to. */
    public int line(String path) {
        String above = path;
        while (!above.isEmpty()) {
            Integer line = lines.get(above);
            if (line != null) {
                return line;
            }
            above = above.substring(0, Math.max(0, Math.max(above.lastIndexOf('.'), above.lastIndexOf('['))));
        }
        return lines.getOrDefault("", 1);
    }

    private JsonNode value(JsonParser parser, String path, int depth) {
        lines.putIfAbsent(path, parser.currentTokenLocation().getLineNr());
        if (depth > DEEPEST) {
            throw Failure.usage(file + ":" + line(path) + ": this is nested more than " + DEEPEST + " deep");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, path, depth);
            case START_ARRAY -> array(parser, path, depth);
            default -> Json.scalar(parser);
        };
    }

    private ObjectNode object(JsonParser parser, String path, int depth) {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            String inner = path.isEmpty() ? name : path + "." + name;
            int line = parser.currentTokenLocation().getLineNr();
            if (object.has(name)) {
                mistakes.add(new Mistake(inner, "is there twice, on lines " + line(inner) + " and " + line));
            }
            lines.put(inner, line);
            parser.nextToken();
            object.set(name, value(parser, inner, depth + 1));
        }
        return object;
    }

    private ArrayNode array(JsonParser parser, String path, int depth) {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, path + "[" + array.size() + "]", depth + 1));
        }
        return array;
    }
}
