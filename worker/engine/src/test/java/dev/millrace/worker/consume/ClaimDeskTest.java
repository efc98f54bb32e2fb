package dev.millrace.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.CommitNote.Departure;
import dev.millrace.worker.consume.ClaimBook.Claim;
import dev.millrace.worker.consume.Predecessors.Question;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a lane is told of runs that may go on elsewhere, when the book of claims answers and when it does not. */
class ClaimDeskTest {

    private static final LaneId LANE = new LaneId("t", 0, 1);

    private final Book book = new Book();
    private final AtomicInteger looked = new AtomicInteger();
    private final Mailbox mailbox = new Mailbox(() -> {});
    private final ClaimDesk desk = new ClaimDesk(book, this::seek, mailbox);

    @Test
    void whatTheBookSaysIsBelieved() {
        book.says(Map.of(5L, Claim.RUNNING));

        assertThat(inherited(Departure.IN_ORDER, 4L, 5L)).containsExactly(Map.entry(5L, Claim.RUNNING));
    }

    @Test
    void whileTheBookDoesNotAnswerWhatWasBegunIsSupposedToRun() {
        book.says(null);

        assertThat(inherited(Departure.IN_ORDER, 4L, 5L))
                .containsOnly(Map.entry(4L, Claim.RUNNING), Map.entry(5L, Claim.RUNNING));
        for (int i = 0; i < 40; i++) {
            assertThat(asked(4L, 5L)).containsOnly(Map.entry(4L, Claim.RUNNING), Map.entry(5L, Claim.RUNNING));
        }
        int before = looked.get();
        assertThat(asked(4L, 5L)).as("not for ever").isEmpty();
        assertThat(looked).as("and the log is asked before").hasValueGreaterThan(before);
    }

    @Test
    void onceTheBookAnswersOnlyWhatItSaysRuns() {
        book.says(null);
        inherited(Departure.IN_ORDER, 4L, 5L);
        book.says(Map.of(5L, Claim.RUNNING));

        for (int i = 0; i < 8; i++) {
            assertThat(asked(4L, 5L)).containsOnly(Map.entry(4L, Claim.RUNNING), Map.entry(5L, Claim.RUNNING));
        }
        assertThat(asked(4L, 5L)).containsOnly(Map.entry(5L, Claim.RUNNING));
    }

    @Test
    void whatCouldNotBeClaimedIsSupposedToRunWhateverTheBookSays() {
        book.says(Map.of());

        assertThat(inherited(Departure.UNCLAIMED, 4L)).containsOnly(Map.entry(4L, Claim.RUNNING));
        for (int i = 0; i < 20; i++) {
            assertThat(asked(4L)).containsOnly(Map.entry(4L, Claim.RUNNING));
        }
        book.says(Map.of(4L, Claim.DONE));
        assertThat(asked(4L)).containsOnly(Map.entry(4L, Claim.DONE));
    }

    @Test
    void ofADeadOwnerNothingIsSupposed() {
        book.says(null);
        assertThat(inherited(Departure.NONE, 4L)).isEmpty();
    }

    @Test
    void theLogIsAskedNowAndThenAlthoughTheBookSaysThatItRuns() {
        book.says(Map.of(4L, Claim.RUNNING));
        inherited(Departure.IN_ORDER, 4L);
        int before = looked.get();

        for (int i = 0; i < 64; i++) {
            assertThat(asked(4L)).containsOnly(Map.entry(4L, Claim.RUNNING));
        }

        assertThat(looked.get() - before).as("after 4, 8, 16, 32 and 64").isEqualTo(5);
    }

    private Map<Long, Claim> inherited(Departure departure, Long... begun) {
        Set<Long> offsets = departure == Departure.NONE ? Set.of() : Set.of(begun);
        desk.inherit(List.of(new Question(LANE, 7, 4, true, departure, 0, offsets)));
        return next() instanceof Command.Inherited inherited ? inherited.claims() : Map.of(-1L, Claim.DONE);
    }

    private Map<Long, Claim> asked(Long... parked) {
        Question question = new Question(LANE, 7, 4, true, Departure.NONE, 0, Set.of());
        soon().until(() -> desk.ask(Map.of(question, Set.of(parked))));
        return next() instanceof Command.ClaimsHeard now ? now.claims() : Map.of(-1L, Claim.DONE);
    }

    private Command next() {
        return soon().until(mailbox::next, Objects::nonNull);
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    private void seek(List<Question> questions, BiConsumer<Question, Legacy> answer) {
        looked.incrementAndGet();
        questions.forEach(question -> answer.accept(question, Legacy.none(0)));
    }

    /** A book that says what the test wants, or nothing. */
    private static final class Book implements ClaimBook {

        private volatile @Nullable Map<Long, Claim> said;

        void says(@Nullable Map<Long, Claim> claims) {
            said = claims;
        }

        @Override
        public Map<Long, Claim> claims(LaneId lane) {
            Map<Long, Claim> now = said;
            if (now == null) {
                throw new IllegalStateException("the book is away");
            }
            return new HashMap<>(now);
        }

        @Override
        public void claim(LaneId lane, Collection<Delivery> running) {}

        @Override
        public void done(LaneId lane, Collection<Delivery> finished) {}

        @Override
        public void letGo(LaneId lane, Collection<Delivery> running) {}

        @Override
        public void forget(LaneId lane, Collection<Long> offsets) {}
    }
}
