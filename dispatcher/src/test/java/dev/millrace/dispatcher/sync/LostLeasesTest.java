package dev.millrace.dispatcher.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LostLeasesTest {

    private final LostLeases leases = new LostLeases();

    @Test
    void aLeaseIsLostWhenItWasMissingForAsLongAsItsHolderWouldNeedToSayItAgain() {
        assertThat(look(0, 1L, 2L)).isEmpty();
        assertThat(look(250, 1L)).isEmpty();
        assertThat(look(1249, 1L)).isEmpty();

        assertThat(leases.look(Set.of(1L), millis(1250))).containsExactly(2L);
        assertThat(look(3000, 1L)).isEmpty();
    }

    @Test
    void aRedisThatCameBackEmptyLosesNobody() {
        look(0, 1L);
        assertThat(look(250)).isEmpty();
        assertThat(look(500, 1L)).isEmpty();

        assertThat(look(1499)).isEmpty();
        assertThat(look(2400)).isEmpty();
        assertThat(look(2500)).containsExactly(1L);
    }

    @Test
    void whileRedisIsAwayNobodyIsMissing() {
        look(0, 1L);
        assertThat(look(250)).isEmpty();
        leases.couldNotLook();

        assertThat(look(5_000)).isEmpty();
        assertThat(look(6_000)).containsExactly(1L);
    }

    private List<Long> look(long millis, Long... present) {
        return leases.look(Set.of(present), millis(millis));
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
