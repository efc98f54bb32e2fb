package dev.millrace.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConsequencesTest {

    private static final AttemptError ERROR = new AttemptError(430, "ValueError", "no good", "Traceback");
    private static final EventAddress ADDRESS = new EventAddress(5, 0, 42);

    private final Consequences consequences = new Consequences();

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "EXPIRED", "DEAD"})
    void whatIsGivenUpIsKeptWithItsEventItsErrorAndItsAttempts(Status end) {
        Delivery delivery = delivery(EventHeader.accepted(1_000));

        List<Consequence> follows = consequences.of(delivery, outcome(end, attempts(3)));

        assertThat(follows).singleElement().isInstanceOfSatisfying(Consequence.Buried.class, buried -> {
            assertThat(buried.letter().address()).isEqualTo(ADDRESS);
            assertThat(buried.letter().reason()).isEqualTo(end);
            assertThat(buried.letter().error()).isEqualTo(ERROR);
            assertThat(buried.letter().attempts()).isEqualTo(3);
            assertThat(buried.letter().deadAt()).isEqualTo(9_000);
            assertThat(buried.header().history()).hasSize(3);
            assertThat(buried.event()).isEqualTo(delivery.event());
        });
    }

    @Test
    void theSameOutcomeLeavesTheSameLetterWhoeverFindsIt() {
        Outcome outcome = outcome(Status.FAILED, attempts(1));

        assertThat(letter(outcome)).isEqualTo(letter(outcome));
    }

    private Object letter(Outcome outcome) {
        return ((Consequence.Buried) consequences
                        .of(delivery(EventHeader.accepted(1_000)), outcome)
                        .getFirst())
                .letter();
    }

    @Test
    void oneThatWasNeverTriedIsKeptAsSuch() {
        assertThat(consequences.of(delivery(EventHeader.accepted(1_000)), outcome(Status.EXPIRED, List.of())))
                .singleElement()
                .isInstanceOfSatisfying(
                        Consequence.Buried.class,
                        buried -> assertThat(buried.letter().attempts()).isZero());
    }

    @Test
    void ofMoreAttemptsThanAHeaderHoldsTheLatestAreKept() {
        assertThat(consequences.of(
                        delivery(EventHeader.accepted(1_000)),
                        outcome(Status.FAILED, attempts(EventHeader.MAX_HISTORY + 1))))
                .singleElement()
                .isInstanceOfSatisfying(Consequence.Buried.class, buried -> {
                    assertThat(buried.letter().attempts()).isEqualTo(EventHeader.MAX_HISTORY + 1);
                    assertThat(buried.header().history()).hasSize(EventHeader.MAX_HISTORY);
                    assertThat(buried.header().history().getLast().number()).isEqualTo(EventHeader.MAX_HISTORY + 1);
                });
    }

    @ParameterizedTest
    @EnumSource(names = {"SUCCEEDED", "CANCELLED", "DUPLICATE"})
    void fromWhatWasNotGivenUpNothingFollows(Status end) {
        assertThat(consequences.of(delivery(EventHeader.accepted(1_000)), outcome(end, attempts(1))))
                .isEmpty();
    }

    private static List<Attempt> attempts(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> new Attempt(number, 2_000L * number, 5, null, "w1", 0, ERROR, 0))
                .toList();
    }

    private static Outcome outcome(Status status, List<Attempt> attempts) {
        return new Outcome(
                ADDRESS,
                status,
                "$LATEST",
                1_000,
                9_000,
                3600,
                attempts,
                new byte[0],
                status == Status.SUCCEEDED ? null : ERROR,
                new byte[0],
                null);
    }

    private static Delivery delivery(EventHeader header) {
        TriggerRef ref = new TriggerRef(FunctionRef.of("resize"), TriggerRef.API);
        TriggerDefinition trigger = new TriggerDefinition(ref, 5, new TriggerSpec.Api(), true, 4, 1, 0, 0);
        byte[] event = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        return new Delivery(new LaneId("t", 0, 1), 42, ADDRESS, header, trigger, event, null);
    }
}
