package dev.millrace.worker.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kafka.KafkaUnavailableException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LivingTest {

    private Set<String> leases = Set.of("me", "other");
    private Set<String> members = Set.of("me", "other", "third");
    private boolean held = true;
    private boolean kafkaIsThere = true;
    private long now;
    private final AtomicInteger asked = new AtomicInteger();

    private final Living living = new Living("me", () -> leases, () -> held, this::members, () -> now);

    @Test
    void whoseLeaseHoldsLives() {
        assertThat(living.look().test("other")).isTrue();
    }

    @Test
    void whoseLeaseHasEndedIsDeadWhileOnesOwnHasHeld() {
        assertThat(living.look().test("third")).isFalse();
        assertThat(asked).hasValue(0);
    }

    @Test
    void nobodyIsDeadOfALeaseThatHeCouldNotRenew() {
        held = false;
        leases = Set.of();

        assertThat(living.look().test("other")).isTrue();
        assertThat(living.look().test("third")).isTrue();
        assertThat(living.look().test("gone")).isFalse();
    }

    @Test
    void nobodyIsDeadOfALeaseThatWasForgottenWithOnesOwn() {
        leases = Set.of();

        assertThat(living.look().test("other")).isTrue();
        assertThat(living.look().test("gone")).isFalse();
    }

    @Test
    void aLeaseCountsAlsoOfOneThatIsNoMember() {
        held = false;
        leases = Set.of("calls-only");

        assertThat(living.look().test("calls-only")).isTrue();
    }

    @Test
    void membersAreAskedForNowAndThenOnly() {
        held = false;
        assertThat(living.look().test("gone")).isFalse();
        assertThat(living.look().test("gone")).isFalse();
        assertThat(asked).hasValue(1);

        members = Set.of("gone");
        now += Duration.ofSeconds(1).toNanos();
        assertThat(living.look().test("gone")).isTrue();
        assertThat(asked).hasValue(2);
    }

    @Test
    void everybodyLivesWhenNobodyCanTell() {
        held = false;
        kafkaIsThere = false;

        assertThat(living.look().test("gone")).isTrue();
    }

    private Set<String> members() {
        asked.incrementAndGet();
        if (!kafkaIsThere) {
            throw new KafkaUnavailableException("not there", null);
        }
        return members;
    }
}
