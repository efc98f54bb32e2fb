package dev.millrace.worker.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.execute.StartGate.Answer;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FenceWordTest {

    private static final String SELF = "me-1";

    @Test
    void whatNobodyHasBegunBegins() {
        assertThat(answer(null, 1, false)).isEqualTo(new Answer.Begin(1));
    }

    @Test
    void whatRedisHasForgottenAndThisProcessRunsIsWaitedFor() {
        assertThat(answer(null, 1, true)).isEqualTo(new Answer.Wait());
    }

    @Test
    void whatHasEndedIsPassedOver() {
        assertThat(answer(FenceWord.ENDED, 0, false)).isEqualTo(new Answer.Skip());
    }

    @Test
    void whatALiveProcessHasBegunIsWaitedFor() {
        assertThat(answer(FenceWord.begunBy("alive-1", 0), 0, false)).isEqualTo(new Answer.Wait());
        assertThat(answer(FenceWord.begunBy(SELF, 0), 0, true)).isEqualTo(new Answer.Wait());
    }

    @Test
    void theDeathOfWhoHasBegunItIsCounted() {
        assertThat(answer(FenceWord.begunBy("dead-1", 1), 1, false)).isEqualTo(new Answer.Begin(2));
        assertThat(answer(FenceWord.begunBy("dead-1", 0), 2, false)).isEqualTo(new Answer.Begin(2));
    }

    @Test
    void whatThisProcessHasBegunAndDroppedBeginsAgainUncounted() {
        assertThat(answer(FenceWord.begunBy(SELF, 1), 0, false)).isEqualTo(new Answer.Begin(1));
    }

    @Test
    void whatIsAcquittedIsBlamedForOneDeathLessAndNeverForLessThanNone() {
        assertThat(FenceWord.begunBy("w", 2).withOneDeathLess()).isEqualTo(FenceWord.begunBy("w", 1));
        assertThat(FenceWord.begunBy("w", 0).withOneDeathLess()).isEqualTo(FenceWord.begunBy("w", 0));
    }

    @Property
    void whatIsWrittenIsReadAndAnythingElseSaysNothing(@ForAll String text) {
        assertThat(FenceWord.read(FenceWord.begunBy("w 1-x", 7).text())).contains(FenceWord.begunBy("w 1-x", 7));
        assertThat(FenceWord.read(FenceWord.ENDED.text())).contains(FenceWord.ENDED);
        FenceWord.read(text);
        FenceWord.read("begun " + text);
    }

    private static Answer answer(@Nullable FenceWord found, int suspected, boolean runsHere) {
        return FenceWord.answer(Optional.ofNullable(found), suspected, SELF, runsHere, "alive-1"::equals);
    }
}
