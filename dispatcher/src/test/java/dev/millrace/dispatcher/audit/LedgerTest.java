package dev.millrace.dispatcher.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.Status;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private final Ledger ledger = new Ledger(7);

    @Test
    void whatHasEndedOrIsOpenComesOutEven() {
        ledger.lane(0, 4, Reached.upTo(3));
        accept(0, 4);
        ledger.ended(event(0), Status.SUCCEEDED);
        ledger.ended(event(1), Status.DEAD);
        ledger.ended(event(2), Status.CANCELLED);

        Account account = ledger.close();

        assertThat(account.accepted()).isEqualTo(4);
        assertThat(account.ended(Status.SUCCEEDED)).isEqualTo(1);
        assertThat(account.ended(Status.DEAD)).isEqualTo(1);
        assertThat(account.open()).isEqualTo(1);
        assertThat(account.drift()).isZero();
    }

    @Test
    void whatIsCommittedHasNotEndedAndHasNoCopyIsLost() {
        ledger.lane(0, 2, Reached.upTo(2));
        accept(0, 2);
        ledger.copied(event(1));

        Account account = ledger.close();

        assertThat(account.lost()).isEqualTo(1);
        assertThat(account.open()).isEqualTo(1);
        assertThat(account.drift()).isEqualTo(1);
        assertThat(account.examples()).containsExactly(event(0));
    }

    @Test
    void theFirstTerminalOutcomeCounts() {
        ledger.lane(0, 1, Reached.upTo(1));
        accept(0, 1);

        assertThat(ledger.ended(event(0), Status.CANCELLED)).isTrue();
        assertThat(ledger.ended(event(0), Status.SUCCEEDED)).isFalse();

        assertThat(ledger.close().ended()).containsOnlyKeys(Status.CANCELLED);
    }

    @Test
    void aCopyDoesNotCountAsAccepted() {
        ledger.lane(0, 2, Reached.upTo(0));
        ledger.accepted(0, 0);

        assertThat(ledger.close().accepted()).isEqualTo(1);
    }

    @Test
    void anOutcomeOfNothingIsAStranger() {
        ledger.lane(0, 2, Reached.upTo(2));
        ledger.accepted(0, 0);
        ledger.ended(event(0), Status.SUCCEEDED);
        ledger.ended(event(1), Status.SUCCEEDED);

        assertThat(ledger.close().strangers()).isEqualTo(1);
    }

    @Test
    void whatIsNotRetainedOrCameLaterIsNoneOfItsBusiness() {
        ledger.lane(10, 12, Reached.upTo(12));
        accept(10, 12);
        ledger.ended(event(9), Status.SUCCEEDED);
        ledger.ended(event(12), Status.SUCCEEDED);
        ledger.ended(new EventAddress(7, 3, 0), Status.SUCCEEDED);
        ledger.copied(new EventAddress(8, 0, 10));
        ledger.ended(event(10), Status.SUCCEEDED);
        ledger.ended(event(11), Status.FAILED);

        assertThat(ledger.close().drift()).isZero();
    }

    @Test
    void whatTheMapAboveTheCommitCallsDoneMustHaveEndedOrLiveOnAsACopy() {
        OffsetMap.Builder done = new OffsetMap.Builder(1, 100);
        done.done(2, 5);
        ledger.lane(0, 6, new Reached(1, done.build()));
        accept(0, 6);
        ledger.copied(event(4));
        ledger.ended(event(0), Status.SUCCEEDED);
        ledger.ended(event(2), Status.SUCCEEDED);

        Account account = ledger.close();

        assertThat(account.examples()).containsExactly(event(3));
        assertThat(account.lost()).isEqualTo(1);
        assertThat(account.open()).as("1 and 5 are not done, 4 has a copy").isEqualTo(3);
        assertThat(account.drift()).isEqualTo(1);
    }

    @Test
    void aSecondEndCountsForNothingAndIsTold() {
        ledger.lane(0, 1, Reached.upTo(1));
        accept(0, 1);
        ledger.ended(event(0), Status.FAILED);
        ledger.ended(event(0), Status.SUCCEEDED);

        assertThat(ledger.close().repeated()).isEqualTo(1);
        assertThat(ledger.close().drift()).isZero();
    }

    private void accept(int from, int to) {
        for (int offset = from; offset < to; offset++) {
            ledger.accepted(0, offset);
        }
    }

    private static EventAddress event(long offset) {
        return new EventAddress(7, 0, offset);
    }
}
