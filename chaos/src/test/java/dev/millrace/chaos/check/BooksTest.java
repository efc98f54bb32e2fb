package dev.millrace.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class BooksTest {

    @Test
    void everyAcceptedEventHasEndedOrIsOpen() {
        Books books = books(5, 3, 1, 0, true);

        assertThat(books.wrong()).isEmpty();
        assertThat(books).extracting(Books::accepted, Books::ended, Books::open).containsExactly(5L, 4L, 1L);
    }

    @Test
    void whatTheAuditSaysIsAddedUpAgain() {
        assertThat(books(6, 3, 1, 0, true).wrong()).singleElement().asString().contains("\"accepted\":6");
    }

    @Test
    void driftIsWrong() {
        assertThat(books(5, 3, 1, 1, true).wrong()).hasSize(1);
    }

    @Test
    void anAuditThatDidNotCompareEverythingProvesNothing() {
        assertThat(books(5, 3, 1, 0, false).wrong()).hasSize(1);
    }

    private static Books books(int accepted, int succeeded, int failed, int drift, boolean compared) {
        String answer = """
                {"redisCompared": %s, "countersCompared": true, "drift": %d, "items": [
                  {"accepted": %d, "succeeded": %d, "failed": %d, "waiting": 1, "running": 0, "drift": %d}]}""".formatted(compared, drift, accepted, succeeded, failed, drift);
        return Books.of(JsonMapper.builder().build().readTree(answer));
    }
}
