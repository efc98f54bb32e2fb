package dev.millrace.worker.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.EventAddress;
import dev.millrace.redis.Fences.AttemptKey;
import org.junit.jupiter.api.Test;

class OwnWordsTest {

    private long now = Long.MAX_VALUE - 7; // System.nanoTime may wrap around.
    private final OwnWords words = new OwnWords(() -> now);

    @Test
    void attemptsAreToldApart() {
        words.ended(attempt(1, 1));

        assertThat(words.hasEnded(attempt(1, 1))).isTrue();
        assertThat(words.hasEnded(attempt(1, 2))).isFalse();
        assertThat(words.hasEnded(attempt(2, 1))).isFalse();
    }

    @Test
    void whatIsOldIsForgottenWhenSomethingElseEnds() {
        words.ended(attempt(1, 1));
        now += OwnWords.KEPT.toNanos() / 2;
        words.ended(attempt(2, 1));
        words.ended(attempt(1, 1)); // Said again, so it is young.
        now += OwnWords.KEPT.toNanos() / 2 + 1;
        words.ended(attempt(3, 1));
        assertThat(words.ended()).containsExactly(attempt(2, 1), attempt(1, 1), attempt(3, 1));

        now += OwnWords.KEPT.toNanos() / 2;
        words.ended(attempt(4, 1));
        assertThat(words.ended()).containsExactly(attempt(3, 1), attempt(4, 1));
    }

    @Test
    void ofVeryManyTheOldestAreForgotten() {
        for (int i = 0; i < OwnWords.MOST + 5; i++) {
            words.ended(attempt(i, 1));
        }
        assertThat(words.ended()).hasSize(OwnWords.MOST);
        assertThat(words.hasEnded(attempt(4, 1))).isFalse();
        assertThat(words.hasEnded(attempt(5, 1))).isTrue();
    }

    private static AttemptKey attempt(long offset, int number) {
        return new AttemptKey(new EventAddress(7, 0, offset), number);
    }
}
