package dev.millrace.dispatcher.dead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.AttemptError;
import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;
import dev.millrace.kafka.DeadLetterChange;
import dev.millrace.kafka.DeadLetterPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeadLetterIndexTest {

    private final DeadLetterIndex index = new DeadLetterIndex(100);

    @Test
    void theNewestComeFirstPageByPage() {
        for (int offset = 0; offset < 7; offset++) {
            bury(letter(offset, "resize", "ValueError", 1_000 + offset / 2));
        }

        List<Long> seen = new ArrayList<>();
        DeadLetterIndex.Page page = index.page(DeadLetterFilter.ALL, null, 3);
        seen.addAll(offsets(page));
        while (page.next() != null) {
            page = index.page(
                    DeadLetterFilter.ALL, DeadLetterCursor.parse(page.next().toString()), 3);
            seen.addAll(offsets(page));
        }

        assertThat(seen).containsExactly(6L, 5L, 4L, 3L, 2L, 1L, 0L);
    }

    @Test
    void oneThatWasSeenToIsGoneAndStaysGoneWhenItIsToldAgain() {
        bury(letter(1, "resize", "ValueError", 1_000));

        index.take(new DeadLetterChange.Retracted(address(1)));

        assertThat(index.find(address(1))).isEmpty();
        assertThat(index.take(buried(letter(1, "resize", "ValueError", 1_000), 9)))
                .isFalse();
        assertThat(index.size()).isZero();
    }

    @Test
    void oneThatIsToldTwiceIsListedOnceAtItsLaterPlace() {
        index.take(buried(letter(1, "resize", "ValueError", 1_000), 4));
        index.take(buried(letter(1, "resize", "ValueError", 1_000), 9));

        assertThat(index.size()).isEqualTo(1);
        assertThat(index.find(address(1)).map(ListedDeadLetter::place)).contains(new DeadLetterPlace(0, 9));
    }

    @Test
    void beyondTheLimitTheOldestAreLeftOutAndCounted() {
        for (int offset = 0; offset < 150; offset++) {
            bury(letter(offset, "resize", "ValueError", 1_000 + offset));
        }

        assertThat(index.size()).isEqualTo(100);
        assertThat(index.unlisted()).isEqualTo(50);
        assertThat(index.find(address(49))).isEmpty();
        assertThat(index.find(address(50))).isPresent();
    }

    @Test
    void theOldestAreChosenFirstAndAllAreCounted() {
        for (int offset = 0; offset < 5; offset++) {
            bury(letter(offset, "resize", "ValueError", 1_000 + offset));
        }
        bury(letter(9, "other", "ValueError", 1));

        DeadLetterIndex.Selection chosen = index.select(ofFunction("resize"), 2);

        assertThat(chosen.letters())
                .extracting(listed -> listed.letter().address().offset())
                .containsExactly(0L, 1L);
        assertThat(chosen.matched()).isEqualTo(5);
    }

    @Test
    void everyConditionMustBeMet() {
        bury(letter(1, "resize", "ValueError", 1_000));
        DeadLetterFilter all = new DeadLetterFilter(
                Optional.of("default"),
                Optional.of("resize"),
                Optional.of("api"),
                Set.of(Status.FAILED, Status.DEAD),
                Optional.of("ValueError"),
                1_000,
                1_001);

        assertThat(index.page(all, null, 10).letters()).hasSize(1);
        assertThat(index.page(ofFunction("resizer"), null, 10).letters()).isEmpty();
        assertThat(index.page(times(0, 1_000), null, 10).letters()).isEmpty();
        assertThat(index.page(times(1_001, Long.MAX_VALUE), null, 10).letters()).isEmpty();
    }

    @Test
    void groupsSayHowManyDiedOfTheSameTheLargestFirst() {
        bury(letter(1, "resize", "ValueError", 1_000));
        bury(letter(2, "resize", "TimeLimitReached", 2_000));
        bury(letter(3, "resize", "ValueError", 3_000));
        bury(letter(4, "other", "ValueError", 4_000));

        List<DeadLetterGroup> groups = index.groups(DeadLetterFilter.ALL);

        assertThat(groups).hasSize(3);
        assertThat(groups.getFirst().count()).isEqualTo(2);
        assertThat(groups.getFirst().oldest()).isEqualTo(1_000);
        assertThat(groups.getFirst().newest()).isEqualTo(3_000);
        assertThat(groups.getFirst().example()).isEqualTo(address(3));
    }

    @Test
    void whatTheTopicDoesNotKeepAnyLongerIsNotListed() {
        bury(letter(1, "resize", "ValueError", 1_000));
        bury(letter(2, "resize", "ValueError", 2_000));

        index.forgetBefore(2_000);

        assertThat(index.find(address(1))).isEmpty();
        assertThat(index.find(address(2))).isPresent();
    }

    @Test
    void aCursorThatIsNoneIsRefused() {
        for (String text : List.of("", "x", "1-2-3", "1-0-0-0", "1-999999999-0-0", "99999999999999999-1-1-1")) {
            assertThatThrownBy(() -> DeadLetterCursor.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void longTextsAreCutAndStackTracesLeftToWhoeverLooksAtOne() {
        AttemptError error = new AttemptError(430, "ValueError", "x".repeat(5_000), "Traceback");
        bury(new DeadLetter(address(1), trigger("resize"), TriggerType.API, Status.FAILED, error, 1, 1_000));

        AttemptError listed = index.find(address(1)).orElseThrow().letter().error();

        assertThat(listed.text()).hasSizeLessThan(500);
        assertThat(listed.stackTrace()).isEmpty();
    }

    private void bury(DeadLetter letter) {
        assertThat(index.take(buried(letter, letter.address().offset()))).isTrue();
    }

    private static DeadLetterChange.Buried buried(DeadLetter letter, long offset) {
        return new DeadLetterChange.Buried(letter, new DeadLetterPlace(0, offset));
    }

    private static EventAddress address(long offset) {
        return new EventAddress(7, 3, offset);
    }

    private static TriggerRef trigger(String function) {
        return new TriggerRef(FunctionRef.of(function), TriggerRef.API);
    }

    private static DeadLetter letter(long offset, String function, String type, long deadAt) {
        AttemptError error = new AttemptError(430, type, "no good", "");
        return new DeadLetter(address(offset), trigger(function), TriggerType.API, Status.FAILED, error, 3, deadAt);
    }

    private static DeadLetterFilter ofFunction(String name) {
        return new DeadLetterFilter(
                Optional.empty(),
                Optional.of(name),
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Long.MIN_VALUE,
                Long.MAX_VALUE);
    }

    private static DeadLetterFilter times(long since, long until) {
        return new DeadLetterFilter(
                Optional.empty(), Optional.empty(), Optional.empty(), Set.of(), Optional.empty(), since, until);
    }

    private static List<Long> offsets(DeadLetterIndex.Page page) {
        return page.letters().stream()
                .map(listed -> listed.letter().address().offset())
                .toList();
    }
}
