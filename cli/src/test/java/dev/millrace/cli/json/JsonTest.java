package dev.millrace.cli.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

class JsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"b\":1,\"a\":[true,false,null,{}],\"c\":\"é\\n\\u0001\"}",
                "1.50",
                "123456789012345678901234567890",
                "-9223372036854775808",
                "1234567890.12345678901234567890",
                "[]",
                "null",
                "\"\""
            })
    void whatIsReadIsWrittenTheSame(String json) {
        assertThat(Json.compact(Json.read(json))).isEqualTo(json);
        assertThat(Json.read(Json.indented(Json.read(json)))).isEqualTo(Json.read(json));
    }

    @Test
    void indentedMeansALineForEachValue() {
        assertThat(Json.indented(Json.read("{\"a\":[1,2]}"))).isEqualTo("""
                {
                  "a" : [
                    1,
                    2
                  ]
                }""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[1", "{} {}", "<html>", "{\"a\"}", "nul"})
    void whatIsNoValueIsRefused(String text) {
        assertThatThrownBy(() -> Json.read(text)).isInstanceOf(JacksonException.class);
    }

    @Test
    void endlessNestingIsRefused() {
        assertThatThrownBy(() -> Json.read("[".repeat(100_000))).isInstanceOf(JacksonException.class);
    }
}
