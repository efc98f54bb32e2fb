package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.program.Json;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;

/** Looks at problem documents. */
public final class Problems {

    private Problems() {}

    /** The document, which must be a problem of this kind. */
    public static JsonNode of(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("application/problem+json"));
        JsonNode problem = Json.MAPPER.readTree(answer.body());
        assertThat(problem.get("type").stringValue()).as(answer.body()).isEqualTo(type);
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        return problem;
    }

    /** What it says of this occurrence. */
    public static String detail(HttpResponse<String> answer, int status, String type) {
        return of(answer, status, type).get("detail").stringValue();
    }
}
