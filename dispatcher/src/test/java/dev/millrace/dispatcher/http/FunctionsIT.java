package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.program.Json;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

@RealBackends
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FunctionsIT {

    private static final String PYTHON = "{\"runtime\":\"python3\",\"handler\":\"index.main_handler\"}";

    private RunningDispatcher dispatcher;

    @BeforeAll
    void start(KafkaSpace kafka, RedisSpace redis) throws Exception {
        dispatcher = new RunningDispatcher(kafka, redis);
    }

    @AfterAll
    void stop() {
        dispatcher.close();
    }

    @Test
    void theRouteTableIsWhatTheDescriptionSays() {
        JsonNode document = new YAMLMapper().readTree(ApiRoutes.document());
        Set<String> described = new TreeSet<>();
        document.get("paths").properties().forEach(path -> {
            JsonNode item = path.getValue().has("$ref")
                    ? document.at(path.getValue().get("$ref").stringValue().substring(1))
                    : path.getValue();
            item.propertyNames().stream()
                    .filter(name -> !name.equals("parameters"))
                    .forEach(method -> described.add(method + " " + path.getKey()));
        });
        Set<String> served = dispatcher.dispatcher().routes().routes().stream()
                .map(route -> route.method().name().toLowerCase(Locale.ROOT) + " "
                        + route.path().replace('<', '{').replace('>', '}'))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(described).isEqualTo(served);
    }

    @Test
    void theDescriptionIsServed() throws Exception {
        assertThat(dispatcher.get("/openapi.yaml").body()).startsWith("openapi: 3.1.0");
    }

    @Test
    void aFunctionWithAPackageIsCreatedOnceAndTheSameAgainChangesNothing() throws Exception {
        byte[] zip = RunningDispatcher.zip("index.py", "def main_handler(event, context): return event");

        HttpResponse<String> created = dispatcher.upload("packaged", PYTHON, zip);
        HttpResponse<String> again = dispatcher.upload("packaged", PYTHON, zip);

        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).contains("/v1/functions/packaged");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(created.body());
        JsonNode function = Json.MAPPER.readTree(created.body());
        assertThat(function.get("status").stringValue()).isEqualTo("ACTIVE");
        assertThat(function.at("/code/sha256").stringValue()).hasSize(64);
        assertThat(function.get("concurrency").intValue()).isEqualTo(300);
    }

    @Test
    void aDefinitionAloneKeepsThePackage() throws Exception {
        dispatcher.upload("kept", PYTHON, RunningDispatcher.zip("index.py", "x = 1"));

        HttpResponse<String> changed =
                dispatcher.send("PUT", "/v1/functions/kept", "{\"runtime\":\"python3\",\"timeout\":\"9s\"}");

        JsonNode function = Json.MAPPER.readTree(changed.body());
        assertThat(function.get("timeout").stringValue()).isEqualTo("9s");
        assertThat(function.at("/code/sha256").isString()).isTrue();
    }

    @Test
    void functionsAreListedByNameInPagesOfTheirNamespace() throws Exception {
        for (String name : new String[] {"alpha", "beta", "gamma"}) {
            assertThat(dispatcher
                            .send("PUT", "/v1/namespaces/paged/functions/" + name, "{\"runtime\":\"java\"}")
                            .statusCode())
                    .isEqualTo(201);
        }

        JsonNode first = dispatcher.json("/v1/namespaces/paged/functions?limit=2");
        JsonNode second = dispatcher.json("/v1/namespaces/paged/functions?limit=2&cursor="
                + first.get("nextCursor").stringValue());

        assertThat(first.get("items").findValuesAsString("name")).containsExactly("alpha", "beta");
        assertThat(second.get("items").findValuesAsString("name")).containsExactly("gamma");
        assertThat(second.get("nextCursor").isNull()).isTrue();
        assertThat(dispatcher.get("/v1/functions/alpha").statusCode()).isEqualTo(404);
    }

    @Test
    void aDeletedFunctionIsGoneAtOnce() throws Exception {
        dispatcher.deploy("shortlived");

        assertThat(dispatcher.send("DELETE", "/v1/functions/shortlived", "").statusCode())
                .isEqualTo(204);
        Problems.of(dispatcher.get("/v1/functions/shortlived"), 404, "not-found");
        Problems.of(dispatcher.send("DELETE", "/v1/functions/shortlived", ""), 404, "not-found");
    }

    @Test
    void anUnknownFunctionIsNotFoundAndTheNearestNameIsSuggested() throws Exception {
        dispatcher.deploy("thumbnail");

        assertThat(Problems.detail(dispatcher.get("/v1/functions/thumbnial"), 404, "not-found"))
                .contains("did you mean thumbnail?");
    }

    @Test
    void everyMistakeOfADefinitionIsListed() throws Exception {
        HttpResponse<String> answer = dispatcher.send(
                "PUT",
                "/v1/functions/mistaken",
                "{\"name\":\"other\",\"runtime\":\"pyhton3\",\"memorysize\":128,\"timeout\":\"soon\",\"concurrency\":-1}");

        JsonNode problem = Problems.of(answer, 422, "invalid-definition");
        assertThat(problem.get("mistakes").findValuesAsString("path"))
                .contains("name", "runtime", "memorysize", "timeout", "concurrency");
        assertThat(problem.get("detail").stringValue())
                .contains("did you mean python3?")
                .contains("did you mean memorySize?");
    }

    @Test
    void aPackageThatWouldLeaveItsFolderIsRefusedAndNothingIsCreated() throws Exception {
        byte[] evil = RunningDispatcher.zip("../evil.py", "x");

        assertThat(Problems.detail(dispatcher.upload("evil", PYTHON, evil), 422, "invalid-definition"))
                .contains("code:");
        assertThat(dispatcher.get("/v1/functions/evil").statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsNoZipIsRefused() throws Exception {
        byte[] noZip = "hello".getBytes(StandardCharsets.UTF_8);

        assertThat(Problems.detail(dispatcher.upload("nozip", PYTHON, noZip), 422, "invalid-definition"))
                .contains("code:");
    }

    @Test
    void whatNoWorkerCanRunYetIsRefusedAndSaysSo() throws Exception {
        byte[] zip = RunningDispatcher.zip("bootstrap", "x");

        assertThat(Problems.detail(
                        dispatcher.upload("customized", "{\"runtime\":\"custom\"}", zip), 422, "invalid-definition"))
                .contains("not built yet");
        assertThat(Problems.detail(
                        dispatcher.upload("jarred", "{\"runtime\":\"java\",\"handler\":\"a.B::c\"}", zip),
                        422,
                        "invalid-definition"))
                .contains("not built yet");
    }

    @Test
    void destinationsThatCannotBeAreRefusedAllAtOnce() throws Exception {
        dispatcher.deploy("mend");
        dispatcher.deploy("passing");
        String path = "/v1/functions/passing";

        JsonNode problem = Problems.of(
                dispatcher.send(
                        "PUT",
                        path,
                        "{\"runtime\":\"java\",\"concurrency\":-1,\"deadLetter\":{\"trigger\":\"mend/apu\"},"
                                + "\"onSuccess\":{\"function\":\"mendd\"},\"onFailure\":{\"function\":\"passing\"}}"),
                422,
                "invalid-definition");

        assertThat(problem.get("mistakes")).hasSize(4);
        assertThat(problem.get("detail").stringValue())
                .contains("concurrency:")
                .contains("deadLetter.trigger: function mend has no trigger apu; did you mean api?")
                .contains("onSuccess.function: there is no function mendd", "did you mean mend?")
                .contains("onFailure.function: goes round in a loop: passing → passing");
        assertThat(dispatcher
                        .send("PUT", path, "{\"runtime\":\"java\",\"onFailure\":{\"function\":\"mend\"}}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(Problems.detail(
                        dispatcher.send(
                                "PUT",
                                "/v1/functions/mend",
                                "{\"runtime\":\"java\",\"deadLetter\":{\"function\":\"passing\"}}"),
                        422,
                        "invalid-definition"))
                .contains("loop: mend → passing → mend");
        assertThat(dispatcher.json(path).at("/onFailure/function").stringValue())
                .isEqualTo("mend");
    }

    @Test
    void aTopicOfOursOrOneThatIsNotThereIsNoDeadLetterTarget() throws Exception {
        dispatcher.deploy("topical");
        String own = dispatcher
                .json("/v1/functions/topical/triggers/api")
                .get("topic")
                .stringValue();

        assertThat(Problems.detail(toTopic(own), 422, "invalid-definition"))
                .contains("deadLetter.kafka.topic", "one of the installation's own");
        assertThat(Problems.detail(toTopic("__consumer_offsets"), 422, "invalid-definition"))
                .contains("own topics");
        assertThat(Problems.detail(toTopic("nobody-made-this"), 422, "invalid-definition"))
                .contains("there is no topic nobody-made-this");
        Problems.of(toTopic("or ders"), 422, "invalid-definition");
    }

    private HttpResponse<String> toTopic(String topic) throws Exception {
        return dispatcher.send(
                "PUT",
                "/v1/functions/topical",
                "{\"runtime\":\"java\",\"deadLetter\":{\"kafka\":{\"topic\":\"" + topic + "\"}}}");
    }

    @Test
    void aScriptedFunctionNeedsAPackage() throws Exception {
        assertThat(Problems.detail(dispatcher.send("PUT", "/v1/functions/codeless", PYTHON), 422, "invalid-definition"))
                .contains("code: is required");
    }

    @Test
    void aBodyThatIsNotJsonIsRefusedWithLineAndColumn() throws Exception {
        JsonNode problem = Problems.of(
                dispatcher.send("PUT", "/v1/functions/broken", "{\n\"runtime\":\n}"), 400, "malformed-request");

        assertThat(problem.get("line").intValue()).isEqualTo(3);
    }

    @Test
    void anotherMediaTypeIsRefused() throws Exception {
        HttpResponse<String> answer =
                dispatcher.send("PUT", "/v1/functions/typed", "a=b", "Content-Type", "text/plain");

        Problems.of(answer, 415, "unsupported-media-type");
    }

    @Test
    void anUnknownPartOfTheFormIsRefusedByName() throws Exception {
        HttpResponse<String> answer = dispatcher.send(
                "PUT",
                "/v1/functions/parted",
                "--b\r\nContent-Disposition: form-data; name=\"sepc\"\r\n\r\n{}\r\n--b--\r\n",
                "Content-Type",
                "multipart/form-data; boundary=b");

        assertThat(Problems.detail(answer, 400, "malformed-request")).contains("sepc");
    }

    @Test
    void anUnknownQueryParameterIsRefusedByName() throws Exception {
        assertThat(Problems.detail(dispatcher.get("/v1/functions?limti=3"), 400, "malformed-request"))
                .contains("did you mean limit?");
    }

    @Test
    void aChangeOfAnOlderRevisionIsAConflict() throws Exception {
        dispatcher.deploy("revised");

        HttpResponse<String> stale = dispatcher.send(
                "PUT", "/v1/functions/revised", "{\"runtime\":\"java\",\"timeout\":\"5s\"}", "If-Match", "\"99999\"");
        HttpResponse<String> exists =
                dispatcher.send("PUT", "/v1/functions/revised", "{\"runtime\":\"java\"}", "If-None-Match", "*");

        Problems.of(stale, 409, "conflict");
        Problems.of(exists, 409, "conflict");
    }

    @Test
    void aNameThatCannotBeAFunctionsIsMalformed() throws Exception {
        Problems.of(dispatcher.get("/v1/functions/1st"), 400, "malformed-request");
    }
}
