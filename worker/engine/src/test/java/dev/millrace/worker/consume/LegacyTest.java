package dev.millrace.worker.consume;

import static dev.millrace.worker.consume.Samples.offsets;
import static dev.millrace.worker.consume.Samples.receive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.Status;
import dev.millrace.worker.consume.ClaimBook.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a lane makes of what its earlier owner left behind. */
class LegacyTest {

    private static final long EPOCH = 1;

    private final Lane lane = new Lane(Samples.laneId("t", EPOCH), Samples.trigger(1, "fn"), OffsetMap.nothingAbove(0));
    private final Findings findings = new Findings();

    @Test
    void whatHasItsOutcomeInTheLogIsCarriedToItsEndAndNotRun() {
        findings.add(outcome(1, Status.SUCCEEDED, 1));
        inherit(10, Map.of());
        receive(lane, 0, 2);

        assertThat(offsets(lane.take(9, 0))).containsExactly(0L, 2L);
        assertThat(lane.takeEnded(0)).singleElement().satisfies(ended -> {
            assertThat(ended.delivery().offset()).isEqualTo(1);
            assertThat(ended.outcome()).isNotNull();
        });
        assertThat(lane.done(1, EPOCH)).isTrue();
    }

    @Test
    void whatWasReceivedBeforeTheLogWasReadIsJudgedAfterwards() {
        receive(lane, 0, 2);
        assertThat(lane.take(9, 0)).isEmpty();
        findings.add(outcome(1, Status.FAILED, 1));
        inherit(3, Map.of(2L, Claim.DONE));

        assertThat(offsets(lane.take(9, 0))).containsExactly(0L);
        assertThat(lane.takeEnded(0)).hasSize(1);
    }

    @Test
    void aSuccessorLooksWhereThisOwnerLookedUntilAllThatWasLeftBehindIsKnown() {
        findings.add(outcome(1, Status.FAILED, 1));
        inherit(3, Map.of());
        assertThat(lane.position(500)).isEqualTo(20);
        receive(lane, 0, 2);
        assertThat(lane.position(500))
                .as("what follows from the outcome may not be stored")
                .isEqualTo(20);

        lane.takeEnded(0);
        assertThat(lane.position(500)).isEqualTo(20);
        lane.done(1, EPOCH);
        assertThat(lane.position(500)).isEqualTo(500);
        assertThat(lane.position(-1)).as("everything up to here was read").isEqualTo(30);
    }

    @Test
    void aSuccessorLooksFromTheStartWhileOthersRunSomething() {
        inherit(3, Map.of(0L, Claim.RUNNING));
        receive(lane, 0, 2);
        assertThat(lane.position(500)).isEqualTo(20);

        lane.claims(Map.of(0L, Claim.DONE));
        assertThat(lane.position(500)).isEqualTo(500);
    }

    @Test
    void whatADeadOwnerMayHaveRunIsSuspectAndWhatItCannotHaveReadIsNot() {
        inherit(2, Map.of());
        receive(lane, 0, 2);

        assertThat(lane.take(9, 0))
                .extracting(taken -> taken.header().crashes())
                .containsExactly(1, 1, 0);
    }

    @Test
    void whatWaitedBehindWhatADeadOwnerHadBegunIsNotSuspect() {
        lane.begunBefore(2);
        inherit(9, Map.of());
        receive(lane, 0, 3);

        assertThat(lane.take(9, 0))
                .extracting(taken -> taken.header().crashes())
                .containsExactly(1, 1, 0, 0);
    }

    @Test
    void whatWasSuspectStaysSoForTheNextOwner() {
        lane.begunBefore(50);
        inherit(90, Map.of());
        receive(lane, 0, 3);
        lane.take(1, 0);

        assertThat(lane.sayBegunBelow(false)).isEqualTo(50);
    }

    @Test
    void anOwnerSaysHowFarItHasBegunWithSomeRoomForWhatItBeginsNext() {
        lane.begunBefore(0);
        inherit(0, Map.of());
        receive(lane, 0, 99);
        lane.take(30, 0);

        long first = lane.sayBegunBelow(false);
        long second = lane.sayBegunBelow(false);

        assertThat(first).isGreaterThan(second).isLessThan(100);
        assertThat(second).isGreaterThan(30);
    }

    @Test
    void aDeadWorkersClaimCarriesTheCountOfCrashes() {
        inherit(2, Map.of(0L, new Claim(Claim.State.ORPHANED, 2), 7L, new Claim(Claim.State.ORPHANED, 3)));
        receive(lane, 0, 7);

        List<Delivery> taken = lane.take(9, 0);
        assertThat(taken.getFirst().header().crashes()).isEqualTo(2);
        assertThat(taken.getLast().header().crashes()).isEqualTo(3);
    }

    @Test
    void aRunThatIsParkedAndFoundInTheLogHasEnded() {
        inherit(1, Map.of(0L, Claim.RUNNING));
        receive(lane, 0, 0);
        Findings later = new Findings();
        later.add(outcome(0, Status.SUCCEEDED, 1));

        lane.found(later);
        lane.claims(Map.of(0L, Claim.ORPHANED));

        assertThat(lane.take(9, 0)).isEmpty();
        assertThat(lane.takeEnded(0)).hasSize(1);
    }

    @Test
    void nothingIsHandedOverBeforeTheFirstCommitIsAccepted() {
        lane.mustCommitFirst();
        inherit(0, Map.of());
        receive(lane, 0, 0);
        assertThat(lane.ready()).isZero();

        lane.begun();
        assertThat(lane.ready()).isEqualTo(1);
    }

    @Test
    void aCopyHasEndedOnlyByTheOutcomeOfItsOwnAttempt() {
        findings.add(outcome(0, Status.RETRYING, 1));
        Delivery first = delivery(0, 0, 1, null);
        Delivery second = delivery(5, 0, 2, new EventAddress(1, 0, 0));
        assertThat(findings.of(first)).isNotNull();
        assertThat(findings.of(second)).isNull();

        findings.add(outcome(0, Status.FAILED, 2));
        assertThat(findings.of(second)).isNotNull();
        assertThat(outcomeOf(findings.of(first)).status()).isEqualTo(Status.RETRYING);
    }

    @Test
    void ofALaterAttemptsEndNothingFollowsForAnEarlierOne() {
        findings.add(outcome(0, Status.FAILED, 3));
        Findings.Finding finding = findings.of(delivery(0, 0, 1, null));
        assertThat(finding).isNotNull();
        assertThat(finding.outcome()).isNull();
    }

    @Test
    void aDelayedEventThatWasPassedOnHasEndedAsADelivery() {
        findings.add(outcome(0, Status.RETRYING, 0));
        assertThat(findings.of(delivery(0, 0, 1, null))).isNotNull();
        assertThat(findings.of(delivery(9, 0, 1, new EventAddress(1, 0, 0)))).isNull();
    }

    private static Outcome outcomeOf(Findings.@Nullable Finding finding) {
        assertThat(finding).isNotNull();
        Outcome outcome = finding.outcome();
        assertThat(outcome).isNotNull();
        return outcome;
    }

    private void inherit(long until, Map<Long, Claim> claims) {
        lane.inherits(new Legacy(until, 20, 30, findings));
        lane.claims(claims);
    }

    private Delivery delivery(long offset, long address, int attempt, @Nullable EventAddress origin) {
        EventHeader header = new EventHeader(1_000, attempt, 0, 0, 0, origin, null, null, 0, List.of());
        return new Delivery(
                lane.id(), offset, new EventAddress(1, 0, address), header, lane.trigger(), new byte[0], null);
    }

    private static Outcome outcome(long offset, Status status, int attempts) {
        List<Attempt> tried = new ArrayList<>();
        for (int number = 1; number <= attempts; number++) {
            tried.add(new Attempt(number, 0, 0, null, "w", 0, null, 0));
        }
        return new Outcome(
                new EventAddress(1, 0, offset),
                status,
                "$LATEST",
                0,
                0,
                60,
                tried,
                new byte[0],
                null,
                new byte[0],
                null);
    }
}
