package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The published schema of {@code function.yaml} and the validation agree: what an editor marks is what a deployment
 * refuses. (A {@code null} is as good as no field for the validation, and what only the running installation knows, such
 * as whether a target exists, is beyond a schema.)
 */
class FunctionSchemaTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final JsonNode DOCUMENT = document();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(DOCUMENT);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"runtime\":\"Nodejs16.13\",\"description\":\"x\",\"src\":\"src\"}",
                "{\"memorySize\":64,\"concurrency\":0,\"environment\":{\"A\":1,\"b_2\":\"x\",\"C\":true}}",
                "{\"timeout\":\"500s\",\"initTimeout\":\"65s\",\"results\":{\"ttl\":\"7d\"}}",
                "{\"retry\":{\"retries\":0,\"delay\":\"1m\",\"maxAge\":\"6h\"}}",
                "{\"retry\":{\"delay\":{\"initial\":\"1s\",\"factor\":2,\"max\":\"5m\",\"jitter\":false}}}",
                "{\"deadLetter\":{\"function\":\"mend\"}}",
                "{\"queueLimit\":1,\"weight\":100}",
                "{\"rate\":{\"perSecond\":0.5}}",
                "{\"rate\":{\"perSecond\":100,\"burst\":1}}",
                "{\"deadLetter\":{\"trigger\":\"mend/photos.cos\"}}",
                "{\"deadLetter\":{\"kafka\":{\"topic\":\"orders.dead\"}}}",
                "{\"onSuccess\":{\"function\":\"tell\"},\"onFailure\":{\"function\":\"mend\"}}"
            })
    void whatIsGoodPassesBoth(String members) {
        JsonNode definition = definition(members);

        assertThat(markedBySchema(definition)).isEmpty();
        assertThat(refused(definition)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"9\"}",
                "{\"name\":7}",
                "{\"namespace\":\"a b\"}",
                "{\"runtime\":\"pyton3\"}",
                "{\"memorySize\":100}",
                "{\"memorySize\":\"128\"}",
                "{\"timeout\":\"soon\"}",
                "{\"concurrency\":-1}",
                "{\"concurrency\":100001}",
                "{\"queueLimit\":0}",
                "{\"weight\":0}",
                "{\"weight\":101}",
                "{\"rate\":10}",
                "{\"rate\":{}}",
                "{\"rate\":{\"burst\":1}}",
                "{\"rate\":{\"perSecond\":0}}",
                "{\"rate\":{\"perSecond\":1,\"burst\":0}}",
                "{\"rate\":{\"perSecond\":1,\"per\":\"minute\"}}",
                "{\"queueLimit\":10000001}",
                "{\"queueLimit\":\"100\"}",
                "{\"environment\":{\"SCF_X\":\"1\"}}",
                "{\"environment\":{\"a-b\":\"1\"}}",
                "{\"environment\":{\"A\":[]}}",
                "{\"environment\":[]}",
                "{\"retry\":{\"retries\":11}}",
                "{\"retry\":{\"retries\":-1}}",
                "{\"retry\":{\"delay\":{\"factor\":0.5}}}",
                "{\"retry\":{\"delays\":\"1m\"}}",
                "{\"results\":{\"tll\":\"1d\"}}",
                "{\"timout\":\"3s\"}",
                "{\"deadLetter\":\"mend\"}",
                "{\"deadLetter\":{}}",
                "{\"deadLetter\":{\"function\":\"x\"}}",
                "{\"deadLetter\":{\"function\":7}}",
                "{\"deadLetter\":{\"function\":\"other/mend\"}}",
                "{\"deadLetter\":{\"functoin\":\"mend\"}}",
                "{\"deadLetter\":{\"function\":\"mend\",\"trigger\":\"mend/api\"}}",
                "{\"deadLetter\":{\"function\":\"mend\",\"since\":1}}",
                "{\"deadLetter\":{\"trigger\":\"mend\"}}",
                "{\"deadLetter\":{\"trigger\":\"mend/\"}}",
                "{\"deadLetter\":{\"trigger\":[\"mend/api\"]}}",
                "{\"deadLetter\":{\"kafka\":\"orders\"}}",
                "{\"deadLetter\":{\"kafka\":{}}}",
                "{\"deadLetter\":{\"kafka\":{\"topic\":\"or ders\"}}}",
                "{\"deadLetter\":{\"kafka\":{\"topic\":\"..\"}}}",
                "{\"deadLetter\":{\"kafka\":{\"topic\":\"orders\",\"key\":\"x\"}}}",
                "{\"onSuccess\":{}}",
                "{\"onSuccess\":\"tell\"}",
                "{\"onSuccess\":{\"trigger\":\"tell/api\"}}",
                "{\"onFailure\":{\"function\":\"-\"}}",
                "{\"onFailure\":[]}"
            })
    void whatIsWrongPassesNeither(String members) {
        JsonNode definition = definition(members);

        assertThat(markedBySchema(definition)).isNotEmpty();
        assertThat(refused(definition)).isNotEmpty();
    }

    @Test
    void bothKnowTheSameFields() {
        Set<String> known = new TreeSet<>(DOCUMENT.get("properties").propertyNames());
        ObjectNode unknown = JSON.createObjectNode();
        known.forEach(field -> unknown.put(field, 0.5));

        assertThat(refused(unknown)).noneMatch(mistake -> mistake.text().contains("not known here"));
        unknown.removeAll().put("nonsense", 1);
        assertThat(refused(unknown)).anyMatch(mistake -> mistake.text().contains("not known here"));
        FunctionSpec full = new FunctionSpec(
                FunctionRef.of("resize"),
                RuntimeKind.PYTHON3,
                "python3",
                "index.main_handler",
                128,
                FunctionSpec.DEFAULT_TIMEOUT,
                FunctionSpec.DEFAULT_INIT_TIMEOUT,
                1,
                java.util.Map.of("A", "b"),
                RetryPolicy.DEFAULT,
                FunctionSpec.DEFAULT_RESULT_TTL,
                new Destinations(
                        new DeadLetterTarget.OfKafka("orders"), FunctionRef.of("tell"), FunctionRef.of("mend")),
                new QueueSpec(OptionalInt.of(1000), Optional.of(new RateLimit(2.5, 10)), 5));
        JsonNode written = FunctionSpecJson.write(full);
        assertThat(markedBySchema(written)).isEmpty();
        assertThat(known).containsAll(written.propertyNames());
    }

    private static List<Error> markedBySchema(JsonNode definition) {
        return SCHEMA.validate(definition);
    }

    private static List<Mistake> refused(JsonNode definition) {
        try {
            FunctionSpecJson.read(definition);
            return List.of();
        } catch (InvalidDefinitionException e) {
            return e.mistakes();
        }
    }

    /** A good definition with these members in it. */
    private static JsonNode definition(String members) {
        ObjectNode definition = JSON.createObjectNode().put("name", "resize").put("runtime", "python3");
        definition.setAll((ObjectNode) JSON.readTree(members));
        return definition;
    }

    private static JsonNode document() {
        InputStream in = FunctionSpecJson.class.getResourceAsStream("function.schema.json");
        return JSON.readTree(in);
    }
}
