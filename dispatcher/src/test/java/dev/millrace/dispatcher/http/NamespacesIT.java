package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.program.Json;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What may be said of a namespace, and what is answered. */
@RealBackends
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamespacesIT {

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
    void oneOfWhichNothingWasSaidHasNoLimits() throws Exception {
        assertThat(dispatcher.json("/v1/namespaces/unsaid"))
                .isEqualTo(Json.MAPPER.readTree("{\"name\":\"unsaid\",\"concurrency\":null,\"rate\":null}"));
    }

    @Test
    void whatIsSaidReplacesWhatWasSaid() throws Exception {
        HttpResponse<String> first = put("shop", "{\"concurrency\":40,\"rate\":{\"perSecond\":2.5}}");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        JsonNode said = dispatcher.json("/v1/namespaces/shop");
        assertThat(said.get("concurrency").intValue()).isEqualTo(40);
        assertThat(said.get("rate")).isEqualTo(Json.MAPPER.readTree("{\"perSecond\":2.5,\"burst\":3}"));
        assertThat(said.get("revision").intValue()).isEqualTo(1);

        assertThat(put("shop", "{\"concurrency\":40,\"rate\":{\"perSecond\":2.5}}")
                        .headers()
                        .firstValue("ETag"))
                .as("the same changes nothing")
                .contains("\"1\"");
        assertThat(put("shop", "{\"concurrency\":0}").statusCode()).isEqualTo(200);
        said = dispatcher.json("/v1/namespaces/shop");
        assertThat(said.get("concurrency").intValue()).isZero();
        assertThat(said.get("rate").isNull()).as("not said, not limited").isTrue();
        assertThat(said.get("revision").intValue()).isEqualTo(2);
    }

    @Test
    void aFunctionIsNotDefinedWithALimitAboveItsNamespaces() throws Exception {
        assertThat(put("small", "{\"concurrency\":3}").statusCode()).isEqualTo(201);

        HttpResponse<String> above = dispatcher.send(
                "PUT", "/v1/namespaces/small/functions/wide", "{\"runtime\":\"java\",\"concurrency\":4}");

        Problems.of(above, 422, "invalid-definition");
        assertThat(above.body()).contains("concurrency", "is 4, above that of the namespace small, 3");
        assertThat(dispatcher
                        .send(
                                "PUT",
                                "/v1/namespaces/small/functions/narrow",
                                "{\"runtime\":\"java\",\"concurrency\":3}")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void whatSomebodyElseChangedIsNotReplacedUnseen() throws Exception {
        put("watched", "{\"concurrency\":1}");

        Problems.of(
                dispatcher.send("PUT", "/v1/namespaces/watched", "{\"concurrency\":2}", "If-Match", "\"7\""),
                409,
                "conflict");
        Problems.of(
                dispatcher.send("PUT", "/v1/namespaces/watched", "{\"concurrency\":2}", "If-None-Match", "*"),
                409,
                "conflict");
        assertThat(dispatcher.json("/v1/namespaces/watched").get("concurrency").intValue())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"concurrency":-1}          | concurrency
            {"concurrency":100001}      | concurrency
            {"concurrency":"many"}      | concurrency
            {"rate":{}}                 | rate.perSecond
            {"rate":{"perSecond":0}}    | rate.perSecond
            {"rate":{"perSecond":1,"burst":0}} | rate.burst
            {"rate":5}                  | rate
            {"concurency":5}            | concurency
            """)
    void aMistakeIsNamed(String body, String field) throws Exception {
        HttpResponse<String> answer = put("mistaken", body);

        Problems.of(answer, 422, "invalid-definition");
        assertThat(answer.body()).contains("\"" + field + "\"");
        assertThat(dispatcher.json("/v1/namespaces/mistaken").has("revision")).isFalse();
    }

    @Test
    void everyMistakeIsNamedAtOnce() throws Exception {
        assertThat(put("mistaken", "{\"concurrency\":-1,\"rate\":{\"perSecond\":-1}}")
                        .body())
                .contains("\"concurrency\"", "\"rate.perSecond\"");
    }

    @Test
    void aNameThatNoNamespaceCanHaveIsRefused() throws Exception {
        Problems.of(put("9lives", "{}"), 400, "malformed-request");
    }

    private HttpResponse<String> put(String namespace, String body) throws Exception {
        return dispatcher.send("PUT", "/v1/namespaces/" + namespace, body);
    }
}
