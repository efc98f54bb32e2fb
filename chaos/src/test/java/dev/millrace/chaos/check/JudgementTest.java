package dev.millrace.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.chaos.journal.Call;
import dev.millrace.chaos.journal.FaultNote;
import dev.millrace.chaos.journal.FaultNote.Touches;
import dev.millrace.chaos.journal.Run;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JudgementTest {

    private static final long WORKER = 71;
    private static final long OTHER_WORKER = 72;
    private static final int LIMIT = 2;

    private final Evidence evidence = new Evidence();
    private final Map<String, Ended> ended = new HashMap<>();

    @Test
    void anEventThatRanOnceAndSucceededIsFine() {
        accepted("k1", "id1");
        run("id1", "k1", "r1", WORKER, 100, 150);
        ends("id1", "SUCCEEDED", 1, "r1");

        Verdict verdict = verdict();

        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.statuses()).containsExactly(Map.entry("SUCCEEDED", 1));
        assertThat(verdict.figures().startDelay().max()).isEqualTo(90);
    }

    @Test
    void moreRunsAtOnceThanTheLimitAllowsAreFound() {
        for (int i = 1; i <= 3; i++) {
            accepted("k" + i, "id" + i);
            ends("id" + i, "SUCCEEDED", 1, "r" + i);
        }
        run("id1", "k1", "r1", WORKER, 100, 150);
        run("id2", "k2", "r2", OTHER_WORKER, 120, 160);
        run("id3", "k3", "r3", WORKER, 150, 200);
        assertThat(verdict().holds()).as("one ends as another begins").isTrue();

        run("id3", "k3", "r3", WORKER, 149, 200);
        assertThat(verdict().of(Breach.OVER_THE_LIMIT))
                .singleElement()
                .asString()
                .startsWith("3 at once");
    }

    @Test
    void anAcceptedEventWithoutATerminalStateIsLost() {
        accepted("k1", "id1");

        assertThat(verdict().of(Breach.LOST)).singleElement().asString().startsWith("id1");
    }

    @Test
    void anEventThatRanButWhoseCallerWasToldNoIsFound() {
        evidence.add(new Call("k1", "SUCCEEDED", 10, Call.SENT, ""));
        evidence.add(new Call("k1", "SUCCEEDED", 20, 503, ""));
        run("id1", "k1", "r1", WORKER, 100, 150);
        ends("id1", "SUCCEEDED", 1, "r1");

        assertThat(verdict().of(Breach.REFUSED_BUT_RUN))
                .singleElement()
                .asString()
                .startsWith("k1");
    }

    @Test
    void anEventOfUnknownFateMayRunOrNot() {
        evidence.add(new Call("k1", "SUCCEEDED", 10, Call.SENT, ""));
        evidence.add(new Call("k1", "SUCCEEDED", 20, Call.UNKNOWN, ""));
        evidence.add(new Call("k2", "SUCCEEDED", 10, Call.SENT, ""));
        evidence.add(new Call("k2", "SUCCEEDED", 20, Call.NO_ANSWER, ""));
        run("id2", "k2", "r2", WORKER, 100, 150);
        ends("id2", "SUCCEEDED", 1, "r2");

        Verdict verdict = verdict();

        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.unknown()).isEqualTo(2);
    }

    @Test
    void aSecondRunThatNoFaultTouchedIsFound() {
        accepted("k1", "id1");
        run("id1", "k1", "r1", WORKER, 100, 150);
        run("id1", "k1", "r2", OTHER_WORKER, 9_000, 9_050);
        ends("id1", "SUCCEEDED", 1, "r1");
        fault("worker-kill", Touches.WORKER, OTHER_WORKER, 5_000, 6_000);
        fault("redis-kill", Touches.REDIS, 0, 100, 9_000);
        fault("worker-restart", Touches.NOTHING, WORKER, 100, 9_000);

        assertThat(verdict().of(Breach.UNEXPLAINED_RUN))
                .singleElement()
                .asString()
                .startsWith("id1");
    }

    @Test
    void aRunThatWasBrokenOffByItsWorkersDeathMayBeginAgain() {
        accepted("k1", "id1");
        evidence.add(new Run("start", "r1", "k1", "id1", WORKER, 100));
        fault("worker-kill", Touches.WORKER, WORKER, 500, 2_000);
        run("id1", "k1", "r2", OTHER_WORKER, 3_500, 3_600);
        ends("id1", "SUCCEEDED", 1, "r2");

        Verdict verdict = verdict();

        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.repeated()).isEqualTo(1);
        assertThat(verdict.runTwice()).isZero();
        assertThat(verdict.figures().recovery().max()).isEqualTo(3_000);
        assertThat(verdict.figures().recoveryByFault()).containsOnlyKeys("worker-kill");
    }

    @Test
    void anEventThatKilledThreeWorkersIsGivenUpWithoutAnAttempt() {
        accepted("k1", "id1");
        for (long worker = 1; worker <= 3; worker++) {
            evidence.add(new Run("start", "r" + worker, "k1", "id1", worker, worker * 5_000));
            fault("killing-event", Touches.WORKER, worker, worker * 5_000 + 10, worker * 5_000 + 3_000);
        }
        ended.put("id1", new Ended("id1", "FAILED", 0, "", "WORKER_CRASHED", "hash"));

        Verdict verdict = verdict();

        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.givenUp()).isEqualTo(1);
    }

    @Test
    void aWorkerThatDiedBeforeTheFunctionsFirstWordMayHaveDiedOfTheEvent() {
        accepted("k1", "id1");
        for (long worker : new long[] {1, 3}) {
            evidence.add(new Run("start", "r" + worker, "k1", "id1", worker, worker * 5_000));
        }
        for (long worker = 1; worker <= 3; worker++) {
            fault("killing-event", Touches.WORKER, worker, worker * 5_000 + 10, worker * 5_000 + 3_000);
        }
        ended.put("id1", new Ended("id1", "FAILED", 0, "", "WORKER_CRASHED", "hash"));

        assertThat(verdict().holds()).isTrue();
    }

    @Test
    void aWorkerThatStoodStillWasDeadForTheOthersAndMayDieOfTheSameEvent() {
        accepted("k1", "id1");
        evidence.add(new Run("start", "r1", "k1", "id1", WORKER, 5_000));
        fault("worker-pause", Touches.WORKER, WORKER, 7_600, 16_600);
        evidence.add(new Run("start", "r2", "k1", "id1", OTHER_WORKER, 12_200));
        fault("worker-kill", Touches.WORKER, OTHER_WORKER, 17_600, 25_000);
        evidence.add(new Run("start", "r3", "k1", "id1", WORKER, 21_700));
        fault("worker-kill", Touches.WORKER, WORKER, 25_500, 30_000);
        ended.put("id1", new Ended("id1", "FAILED", 0, "", "WORKER_CRASHED", "hash"));

        assertThat(verdict().givenUp()).isEqualTo(1);
        assertThat(verdict().holds()).isTrue();
    }

    @Test
    void twoDeadWorkersAreTooFewToGiveAnEventUp() {
        accepted("k1", "id1");
        fault("worker-kill", Touches.WORKER, 3, 1_000, 2_000);
        for (long worker = 1; worker <= 2; worker++) {
            evidence.add(new Run("start", "r" + worker, "k1", "id1", worker, worker * 5_000));
            fault("worker-kill", Touches.WORKER, worker, worker * 5_000 + 10, worker * 5_000 + 3_000);
        }
        ended.put("id1", new Ended("id1", "FAILED", 0, "", "WORKER_CRASHED", "hash"));

        assertThat(verdict().of(Breach.ENDED_OTHERWISE)).hasSize(1);
    }

    @Test
    void aRunThatCameToItsEndLongBeforeItsWorkerDiedIsNoExcuse() {
        accepted("k1", "id1");
        run("id1", "k1", "r1", WORKER, 100, 150);
        fault("worker-kill", Touches.WORKER, WORKER, 8_000, 9_000);
        run("id1", "k1", "r2", OTHER_WORKER, 12_000, 12_100);
        ends("id1", "SUCCEEDED", 1, "r2");

        assertThat(verdict().of(Breach.UNEXPLAINED_RUN)).hasSize(1);
    }

    @Test
    void retriesAreNotSecondRuns() {
        accepted("k1", "id1");
        run("id1", "k1", "r1", WORKER, 100, 150);
        run("id1", "k1", "r2", OTHER_WORKER, 1_200, 1_250);
        ends("id1", "SUCCEEDED", 2, "r2");

        Verdict verdict = verdict();

        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.runTwice()).isZero();
    }

    @Test
    void aSuccessMustHaveTheResultOfACompletedRun() {
        accepted("k1", "id1");
        evidence.add(new Run("start", "r1", "k1", "id1", WORKER, 100));
        ends("id1", "SUCCEEDED", 1, "r1");

        assertThat(verdict().of(Breach.RESULT_OF_NO_RUN)).hasSize(1);
    }

    @Test
    void aFailureThatTheEventDoesNotAskForIsFound() {
        accepted("k1", "id1");
        run("id1", "k1", "r1", WORKER, 100, 150);
        ends("id1", "EXPIRED", 1, "");

        assertThat(verdict().of(Breach.ENDED_OTHERWISE)).hasSize(1);
    }

    @Test
    void twoInvocationsOfOneKeyAreFoundUnlessOneIsTheDuplicate() {
        accepted("k1", "id1");
        accepted("k1", "id2");
        run("id1", "k1", "r1", WORKER, 100, 150);
        ends("id1", "SUCCEEDED", 1, "r1");
        ends("id2", "DUPLICATE", 0, "");
        assertThat(verdict().holds()).isTrue();

        run("id2", "k1", "r2", WORKER, 100, 150);
        ends("id2", "SUCCEEDED", 1, "r2");
        assertThat(verdict().of(Breach.UNEXPLAINED_RUN)).hasSize(1);
    }

    @Test
    void aTickThatIsMissingAndOneThatRanTwiceAreFound() {
        tick("2026-01-02T03:04:00Z", "id1");
        tick("2026-01-02T03:04:04Z", "id2");
        tick("2026-01-02T03:04:06Z", "id3");
        tick("2026-01-02T03:04:06Z", "id4");

        assertThat(verdict().of(Breach.MISSED_TICK)).singleElement().asString().contains("03:04:02Z");
        assertThat(verdict().of(Breach.DOUBLE_TICK)).singleElement().asString().contains("03:04:06Z");
    }

    @Test
    void whatDependsOnSomethingMayFailButNotExpire() {
        evidence.add(new Call("k1", Call.EITHER, 5, Call.SENT, ""));
        evidence.add(new Call("k1", Call.EITHER, 10, 202, "id1"));
        run("id1", "k1", "r1", WORKER, 100, 150);
        ends("id1", "FAILED", 1, "");
        assertThat(verdict().holds()).isTrue();

        ends("id1", "EXPIRED", 1, "");
        assertThat(verdict().of(Breach.ENDED_OTHERWISE)).hasSize(1);
    }

    private void tick(String time, String id) {
        run(id, "tick-" + time, "run-" + id, WORKER, 100, 150);
        ends(id, "SUCCEEDED", 1, "run-" + id);
    }

    @Test
    void booksThatDoNotComeOutEvenBreakAPromise() {
        Verdict verdict = verdict(new Books(2, 1, 0, 1, List.of("one is lost")));

        assertThat(verdict.of(Breach.BOOKS)).containsExactly("one is lost");
        assertThat(verdict.holds()).isFalse();
    }

    @Test
    void booksThatKnowOfFewerThanClientsHaveReceiptsForBreakAPromise() {
        accepted("k1", "id1");

        assertThat(verdict(new Books(0, 0, 0, 0, List.of())).of(Breach.BOOKS)).hasSize(1);
    }

    @Test
    void aDelayedEventThatBeganBeforeItsTimeIsFound() {
        delayed("k1", "id1", 2_000);
        run("id1", "k1", "r1", WORKER, 1_900, 1_950);
        ends("id1", "SUCCEEDED", 1, "r1");
        delayed("k2", "id2", 2_000);
        run("id2", "k2", "r2", WORKER, 2_005, 2_050);
        ends("id2", "SUCCEEDED", 1, "r2");

        Verdict verdict = verdict();

        assertThat(verdict.of(Breach.EARLY))
                .singleElement()
                .asString()
                .startsWith("id1")
                .contains("105 ms early");
        assertThat(verdict.breaches()).containsOnlyKeys(Breach.EARLY);
    }

    @Test
    void whileAClockIsWrongNobodyIsPunctual() {
        delayed("k1", "id1", 2_000);
        run("id1", "k1", "r1", WORKER, 1_900, 1_950);
        ends("id1", "SUCCEEDED", 1, "r1");
        fault("clock-jump", Touches.NOTHING, WORKER, 1_500, 1_800);

        assertThat(verdict().holds()).isTrue();
    }

    @Test
    void aRetryThatBeganBeforeItsTimeIsFound() {
        accepted("k1", "id1");
        run("id1", "k1", "r1", WORKER, 100, 150);
        run("id1", "k1", "r2", OTHER_WORKER, 1_149, 1_200);
        ends("id1", "SUCCEEDED", 2, "r2");

        assertThat(verdict().of(Breach.EARLY)).singleElement().asString().startsWith("id1");
    }

    @Test
    void whatNobodyWasThereToTakeOverIsNotThePeersDelay() {
        accepted("k1", "id1");
        evidence.add(new Run("start", "r1", "k1", "id1", WORKER, 100));
        fault("worker-kill", Touches.WORKER, WORKER, 500, 9_000);
        fault("redis-kill", Touches.REDIS, 0, 700, 4_000);
        run("id1", "k1", "r2", OTHER_WORKER, 8_500, 8_600);
        ends("id1", "SUCCEEDED", 1, "r2");

        Verdict verdict = verdict();

        assertThat(verdict.figures().recovery().count()).isZero();
        assertThat(verdict.figures().recoveryByFault()).containsOnlyKeys("worker-kill, Redis away");
    }

    @Test
    void whatHappensToRedisAfterARunHasBegunAgainDoesNotExcuseHowLongThatTookAndBeforeItDoes() {
        accepted("k1", "id1");
        accepted("k2", "id2");
        evidence.add(new Run("start", "r1", "k1", "id1", WORKER, 100));
        evidence.add(new Run("start", "r2", "k2", "id2", WORKER, 100));
        fault("worker-kill", Touches.WORKER, WORKER, 500, 4_000);
        run("id1", "k1", "r3", OTHER_WORKER, 3_500, 3_600);
        fault("redis-readonly", Touches.REDIS, 0, 4_200, 5_200);
        run("id2", "k2", "r4", OTHER_WORKER, 5_600, 5_700);
        ends("id1", "SUCCEEDED", 1, "r3");
        ends("id2", "SUCCEEDED", 1, "r4");

        Verdict verdict = verdict();

        assertThat(verdict.figures().recovery().count()).isEqualTo(1);
        assertThat(verdict.figures().recovery().max()).isEqualTo(3_000);
        assertThat(verdict.figures().recoveryByFault()).containsOnlyKeys("worker-kill", "worker-kill, Redis away");
    }

    private Verdict verdict(Books books) {
        return new Judgement(evidence, ended, LIMIT).verdict(List.of(), books);
    }

    private Verdict verdict() {
        return verdict(new Books(1000, 1000, 0, 0, List.of()));
    }

    private void delayed(String key, String id, long delay) {
        evidence.add(new Call(key, "SUCCEEDED", 5, Call.SENT, "", delay));
        evidence.add(new Call(key, "SUCCEEDED", 10, 202, id, delay));
    }

    private void accepted(String key, String id) {
        evidence.add(new Call(key, "SUCCEEDED", 5, Call.SENT, ""));
        evidence.add(new Call(key, "SUCCEEDED", 10, 202, id));
    }

    private void run(String id, String key, String run, long worker, long start, long end) {
        evidence.add(new Run("start", run, key, id, worker, start));
        evidence.add(new Run("end", run, key, id, worker, end));
    }

    private void ends(String id, String status, int attempts, String run) {
        ended.put(id, new Ended(id, status, attempts, run, "", "hash"));
    }

    private void fault(String kind, Touches touches, long pid, long from, long until) {
        evidence.add(new FaultNote(1, kind, "somebody", touches, pid, from, until, 0));
    }
}
