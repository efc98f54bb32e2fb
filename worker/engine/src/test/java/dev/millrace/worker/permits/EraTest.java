package dev.millrace.worker.permits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.redis.PermitEra;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How one worker goes through a time in which Redis may have forgotten who holds what. */
class EraTest {

    private static final Set<String> ALL = Set.of("a", "b");

    /** The census is taken on a thread of its own; each answer is handed over to it. */
    private final SynchronousQueue<Set<String>> answers = new SynchronousQueue<>();

    private final SynchronousQueue<Boolean> heard = new SynchronousQueue<>();
    private final List<Long> settledFor = new ArrayList<>();
    private boolean accepts = true;
    private final Era era = new Era(this::whoLives);

    @Test
    void nothingIsSettledBeforeRedisWasHeard() {
        assertThat(era.isSettled()).isFalse();
        assertThat(era.isToBeTold()).as("nothing is held yet").isFalse();
    }

    @Test
    void whoJoinsASettledEraHasNothingToTell() {
        era.heard(now(7, true), false);

        assertThat(era.isSettled()).isTrue();
        assertThat(era.isToBeTold()).isFalse();
        assertThat(settle()).isFalse();
        assertThat(settledFor).isEmpty();
    }

    @Test
    void inANewEraEverythingIsToldOnceAndSaidToBeToldEveryTime() {
        era.heard(now(7, false), false);
        assertThat(era.isToBeTold()).isTrue();
        assertThat(era.complete(false)).as("not told yet").isZero();

        assertThat(era.complete(true)).as("told with this").isEqualTo(7);
        era.heard(now(7, false), true);

        assertThat(era.isToBeTold()).isFalse();
        assertThat(era.complete(false))
                .as("what is said last holds: a round in which nothing is told must not take it back")
                .isEqualTo(7);
    }

    @Test
    void whatWasToldInOneEraIsToldAgainInTheNext() {
        era.heard(now(7, false), false);
        era.heard(now(7, false), true);

        era.heard(now(8, false), true); // Redis forgot between the question and the answer: it was told for 7.

        assertThat(era.isToBeTold()).isTrue();
        assertThat(era.complete(false)).isZero();
        assertThat(era.isSettled()).isFalse();
    }

    @Test
    void itIsSettledOnceAllThatLiveAreKnown() throws Exception {
        era.heard(now(7, false), false);
        assertThat(settle()).as("it has not told yet what it holds itself").isFalse();
        era.heard(now(7, false), true);

        assertThat(settle()).as("who lives is asked for aside").isFalse();
        assertThat(settledFor).isEmpty();
        counted(ALL);

        assertThat(settle()).isTrue();
        assertThat(era.isSettled()).isTrue();
        assertThat(settledFor).containsExactly(7L);
    }

    @Test
    void whileOneHasNotSpokenItIsAskedForAgain() throws Exception {
        accepts = false;
        era.heard(now(7, false), false);
        era.heard(now(7, false), true);
        settle();
        counted(ALL);
        assertThat(settle()).isFalse();
        counted(ALL);

        accepts = true;
        assertThat(settle()).isTrue();
        assertThat(settledFor).containsExactly(7L, 7L);
    }

    @Test
    void aCensusOfAnEraThatIsOverSettlesNothing() throws Exception {
        era.heard(now(7, false), false);
        era.heard(now(7, false), true);
        settle();
        counted(ALL);
        era.heard(now(8, false), false);
        era.heard(now(8, false), true);

        assertThat(settle()).isFalse();
        assertThat(settledFor).isEmpty();
        counted(ALL);
        assertThat(settle()).isTrue();
        assertThat(settledFor).containsExactly(8L);
    }

    @Test
    void aCensusThatFailedIsTakenAgain() throws Exception {
        era.heard(now(7, false), false);
        era.heard(now(7, false), true);
        settle();
        counted(Set.of());
        assertThat(settle()).as("nothing is known").isFalse();
        counted(ALL);
        assertThat(settle()).isTrue();
    }

    private static PermitEra now(long number, boolean settled) {
        return new PermitEra(number, settled, 2);
    }

    private boolean settle() {
        return era.settle(
                (number, processes) -> {
                    assertThat(processes).isEqualTo(ALL);
                    settledFor.add(number);
                    return accepts;
                },
                this::hear);
    }

    private Set<String> whoLives() {
        Set<String> answer = taken();
        if (answer.isEmpty()) {
            throw new KafkaUnavailableException("nobody is told", null);
        }
        return answer;
    }

    private Set<String> taken() {
        try {
            return answers.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this", e);
        }
    }

    private void hear() {
        try {
            heard.put(true);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this", e);
        }
    }

    /** A census that is under way is answered, and heard of. */
    private void counted(Set<String> answer) throws InterruptedException {
        assertThat(answers.offer(answer, 10, TimeUnit.SECONDS)).isTrue();
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isTrue();
    }
}
