package dev.millrace.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @ParameterizedTest
    @ValueSource(strings = {"null", "3", "\"x\"", "[1, {\"a\": []}]", " {} \n"})
    void anyValueOfJsonIsTaken(String text) {
        assertThatCode(() -> Json.check("the event", bytes(text))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"a\": | line 1, column 6", "[1] 2 | line 1", "oops | line 1, column 1", "'' | is empty"})
    void whatIsNotJsonIsRefusedWithItsPlace(String text, String place) {
        ProblemException refused =
                catchThrowableOfType(ProblemException.class, () -> Json.check("the event", bytes(text)));

        assertThat(refused.problem().status()).isEqualTo(400);
        assertThat(refused.problem().detail()).contains("the event").contains(place);
    }

    @Test
    void aNumberOfManyDigitsAndANestOfManyListsAreRefusedAndNotADefect() {
        for (String text : new String[] {"1".repeat(128 * 1024), "[".repeat(100_000)}) {
            ProblemException refused =
                    catchThrowableOfType(ProblemException.class, () -> Json.check("the event", bytes(text)));

            assertThat(refused.problem().status()).isEqualTo(400);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
