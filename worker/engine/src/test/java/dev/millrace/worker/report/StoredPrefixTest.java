package dev.millrace.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.consume.Legacy;
import dev.millrace.worker.report.StoredPrefix.Pack;
import org.junit.jupiter.api.Test;

class StoredPrefixTest {

    private final StoredPrefix prefix = new StoredPrefix();

    @Test
    void nothingIsKnownBeforeAnythingWasStored() {
        prefix.sent();
        assertThat(prefix.before()).isEqualTo(Legacy.UNKNOWN);
    }

    @Test
    void whatIsStoredAndToldMovesItOn() {
        settle(prefix.sent(), 41);
        assertThat(prefix.before()).isEqualTo(42);
    }

    @Test
    void anEarlierPackThatIsNotStoredHoldsItBack() {
        Pack first = prefix.sent();
        settle(prefix.sent(), 10);
        assertThat(prefix.before()).isEqualTo(Legacy.UNKNOWN);

        settle(first, 12);
        assertThat(prefix.before())
                .as("the first was sent again, behind the second")
                .isEqualTo(13);
    }

    @Test
    void whatFollowsFromAPackHoldsItBack() {
        Pack pack = prefix.sent();
        pack.followedBy(1);
        settle(pack, 5);
        assertThat(prefix.before()).isEqualTo(Legacy.UNKNOWN);

        pack.settled();
        assertThat(prefix.before()).isEqualTo(6);
    }

    private static void settle(Pack pack, long offset) {
        pack.storedAt(offset);
        pack.settled();
    }
}
