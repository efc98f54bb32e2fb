package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.program.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code openapi.yaml} is sound; that it lists exactly the routes is tested on a running dispatcher. */
class OpenApiTest {

    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "patch", "head", "options", "trace");

    private final JsonNode document = new YAMLMapper().readTree(ApiRoutes.document());

    @Test
    void everyPathParameterIsDeclared() {
        document.get("paths").properties().forEach(path -> {
            Set<String> inPath = new TreeSet<>();
            java.util.regex.Pattern.compile("\\{(\\w+)}")
                    .matcher(path.getKey())
                    .results()
                    .forEach(found -> inPath.add(found.group(1)));
            Set<String> declared = new TreeSet<>();
            path.getValue()
                    .path("parameters")
                    .forEach(parameter ->
                            declared.add(resolve(parameter).get("name").stringValue()));
            assertThat(declared).as(path.getKey()).isEqualTo(inPath);
        });
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> broken = new ArrayList<>();
        references(document).forEach(reference -> {
            if (document.at(reference.substring(1)).isMissingNode()) {
                broken.add(reference);
            }
        });
        assertThat(broken).isEmpty();
    }

    @Test
    void everyAnswerWithContentHasASchema() {
        document.get("paths")
                .properties()
                .forEach(path -> operations(path.getValue())
                        .forEach((method, operation) -> operation
                                .get("responses")
                                .forEach(response -> {
                                    JsonNode content = resolve(response).path("content");
                                    content.forEach(media -> assertThat(media.has("schema"))
                                            .as(method + " " + path.getKey())
                                            .isTrue());
                                })));
    }

    @Test
    void theSchemaOfAnInvocationNamesExactlyWhatIsWritten() {
        JsonNode written =
                Json.MAPPER.readTree(new InvocationJson(Samples.IDS).one(Samples.view(Samples.succeeded("1"), null)));

        assertThat(names(written.propertyNames()))
                .isEqualTo(without(without(properties("Invocation"), "replayOf"), "notBefore"))
                .containsAll(required("Invocation"));
        assertThat(names(written.at("/attempts/0").propertyNames())).isEqualTo(properties("Attempt"));
        assertThat(names(written.at("/attempts/0/coldStart").propertyNames()))
                .isEqualTo(names(
                        schema("Attempt").at("/properties/coldStart/properties").propertyNames()));
    }

    private JsonNode schema(String name) {
        return document.at("/components/schemas/" + name);
    }

    private Set<String> properties(String schema) {
        return names(schema(schema).get("properties").propertyNames());
    }

    private Set<String> required(String schema) {
        return schema(schema)
                .get("required")
                .valueStream()
                .map(JsonNode::stringValue)
                .collect(Collectors.toSet());
    }

    private Map<String, JsonNode> operations(JsonNode pathItem) {
        JsonNode item = pathItem.has("$ref") ? resolve(pathItem) : pathItem;
        return item.properties().stream()
                .filter(entry -> METHODS.contains(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").stringValue().substring(1)) : node;
    }

    private static List<String> references(JsonNode node) {
        List<String> found = new ArrayList<>();
        if (node.has("$ref")) {
            found.add(node.get("$ref").stringValue());
        }
        node.forEach(child -> found.addAll(references(child)));
        return found;
    }

    private static Set<String> names(java.util.Collection<String> names) {
        return new TreeSet<>(names);
    }

    private static Set<String> without(Set<String> names, String name) {
        Set<String> rest = new TreeSet<>(names);
        rest.remove(name);
        return rest;
    }
}
