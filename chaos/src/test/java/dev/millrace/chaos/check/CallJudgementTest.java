package dev.millrace.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.chaos.journal.Answer;
import dev.millrace.chaos.journal.FaultNote;
import dev.millrace.chaos.journal.FaultNote.Touches;
import dev.millrace.chaos.journal.Run;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CallJudgementTest {

    private static final long WORKER = 71;
    private static final long OTHER_WORKER = 72;

    private final Evidence evidence = new Evidence();
    private final Map<String, Ended> ended = new HashMap<>();

    @Test
    void aCallThatRanOnceAndWhoseCallerHasItsResultIsFine() {
        answered("c1", 200, "id1", "r1");
        run("id1", "c1", "r1", WORKER, 100, 150);
        ends("id1", "SUCCEEDED", 1, "r1");

        Verdict verdict = verdict();

        assertThat(verdict.breaches()).isEmpty();
        assertThat(verdict.calls()).isEqualTo(new CallFigures(1, 1, 0, 0, 0, 0));
    }

    @Test
    void aSecondRunIsFoundWhateverHappenedToTheFirst() {
        answered("c1", 500, "id1", "");
        evidence.add(new Run("start", "r1", "c1", "id1", WORKER, 100));
        fault(WORKER, 500, 2_000);
        run("id1", "c1", "r2", OTHER_WORKER, 3_500, 3_600);
        ends("id1", "FAILED", 0, "");

        assertThat(verdict().of(Breach.CALL_RUN_TWICE))
                .singleElement()
                .asString()
                .startsWith("c1");
    }

    @Test
    void aSecondRunUnderAnotherRequestIdIsFoundToo() {
        answered("c1", 200, "id1", "r1");
        run("id1", "c1", "r1", WORKER, 100, 150);
        run("id2", "c1", "r2", OTHER_WORKER, 100, 150);
        ends("id1", "SUCCEEDED", 1, "r1");
        ends("id2", "SUCCEEDED", 1, "r2");

        assertThat(verdict().of(Breach.CALL_RUN_TWICE)).hasSize(1);
    }

    @Test
    void aResultOfARunThatNeverCameToItsEndIsFound() {
        answered("c1", 200, "id1", "r1");
        evidence.add(new Run("start", "r1", "c1", "id1", WORKER, 100));
        ends("id1", "FAILED", 0, "");
        answered("c2", 200, "id9", "r2");
        run("id2", "c2", "r2", WORKER, 100, 150);
        ends("id2", "SUCCEEDED", 1, "r2");
        ends("id9", "FAILED", 0, "");

        assertThat(verdict().of(Breach.RESULT_OF_NO_RUN)).hasSize(2);
    }

    @Test
    void aRequestIdThatACallerWasToldAndThatHasNoEndIsLost() {
        answered("c1", 504, "id1", "");

        assertThat(verdict().of(Breach.LOST)).singleElement().asString().startsWith("id1");
    }

    @Test
    void aRunWhoseCallersConnectionBrokeHasToBeRecorded() {
        answered("c1", Answer.BROKEN, "", "");
        answered("c2", Answer.BROKEN, "", "");
        answered("c3", Answer.BROKEN, "", "");
        run("id1", "c1", "r1", WORKER, 100, 150);
        run("id2", "c2", "r2", WORKER, 100, 150);
        ends("id1", "SUCCEEDED", 1, "r1");

        Verdict verdict = verdict();

        assertThat(verdict.of(Breach.LOST)).singleElement().asString().startsWith("id2");
        assertThat(verdict.calls().broken()).isEqualTo(3);
    }

    @Test
    void aCallThatWasRefusedAndRanIsFound() {
        answered("c1", 432, "id1", "");
        run("id1", "c1", "r1", WORKER, 100, 150);
        ends("id1", "SUCCEEDED", 1, "r1");

        assertThat(verdict().of(Breach.REFUSED_BUT_RUN)).hasSize(1);
    }

    @Test
    void aCallerWhoIsToldNothingIsFound() {
        answered("c1", Answer.SILENCE, "", "");

        assertThat(verdict().of(Breach.CALLER_LEFT_WAITING)).hasSize(1);
    }

    @Test
    void whatACallerWasToldAndTheRecordDoesNotSayIsExplainedByItsWorkersDeathAlone() {
        answered("c1", 200, "id1", "r1");
        answered("c2", 200, "id2", "r2");
        run("id1", "c1", "r1", WORKER, 100, 150);
        run("id2", "c2", "r2", OTHER_WORKER, 100, 150);
        ends("id1", "FAILED", 0, "");
        ends("id2", "FAILED", 0, "");
        fault(WORKER, 152, 2_000);

        Verdict verdict = verdict();

        assertThat(verdict.of(Breach.ENDED_OTHERWISE))
                .singleElement()
                .asString()
                .startsWith("id2");
        assertThat(verdict.calls().toldOnly()).isEqualTo(1);
    }

    private Verdict verdict() {
        return new Judgement(evidence, ended, Integer.MAX_VALUE).verdict(List.of(), new Books(0, 0, 0, 0, List.of()));
    }

    private void answered(String key, int status, String id, String run) {
        evidence.add(new Answer(key, 10, Answer.CALLING, "", ""));
        evidence.add(new Answer(key, 200, status, id, run));
    }

    private void run(String id, String key, String run, long worker, long start, long end) {
        evidence.add(new Run("start", run, key, id, worker, start));
        evidence.add(new Run("end", run, key, id, worker, end));
    }

    private void ends(String id, String status, int attempts, String run) {
        ended.put(id, new Ended(id, status, attempts, run, "", "hash-" + id));
    }

    private void fault(long worker, long from, long until) {
        evidence.add(new FaultNote(1, "worker-kill", "worker-1", Touches.WORKER, worker, from, until, 10));
    }
}
