package dev.millrace.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.DeadLetterTarget;
import dev.millrace.contract.Destinations;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Limits;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConsequencesTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
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

    @Test
    void whoIsToBeToldIsToldOnceTheLetterIsKept() {
        Consequences telling = telling(new Destinations(
                new DeadLetterTarget.OfTrigger(new TriggerRef(FunctionRef.of("mend"), "photos")),
                FunctionRef.of("cheer"),
                FunctionRef.of("mourn")));

        List<Consequence> failed =
                telling.of(delivery(EventHeader.accepted(1_000)), outcome(Status.FAILED, attempts(3)));
        List<Consequence> succeeded =
                telling.of(delivery(EventHeader.accepted(1_000)), outcome(Status.SUCCEEDED, attempts(1)));

        assertThat(failed).hasSize(3);
        assertThat(failed.getFirst()).isInstanceOf(Consequence.Buried.class);
        assertThat(passed(failed.get(1)).trigger()).isEqualTo(new TriggerRef(FunctionRef.of("mend"), "photos"));
        assertThat(passed(failed.get(1)).header().dedupKey()).isEqualTo("dead:5/0@42");
        assertThat(passed(failed.get(2)).trigger()).isEqualTo(new TriggerRef(FunctionRef.of("mourn"), "api"));
        assertThat(passed(failed.get(2)).header().dedupKey()).isEqualTo("dest:5/0@42");
        assertThat(succeeded).hasSize(1);
        assertThat(passed(succeeded.getFirst()).trigger()).isEqualTo(new TriggerRef(FunctionRef.of("cheer"), "api"));
        assertThat(passed(succeeded.getFirst()).header().hops()).isEqualTo(1);
    }

    @Test
    void whatIsToldTwiceIsTheSameEvent() {
        Consequences telling = telling(new Destinations(null, null, FunctionRef.of("mourn")));
        Outcome outcome = outcome(Status.EXPIRED, attempts(1));

        Consequence.Passed first = passed(
                telling.of(delivery(EventHeader.accepted(1_000)), outcome).getLast());
        Consequence.Passed again = passed(
                telling.of(delivery(EventHeader.accepted(1_000)), outcome).getLast());

        assertThat(again.header()).isEqualTo(first.header());
        assertThat(again.event()).isEqualTo(first.event());
    }

    @Test
    void whatWasPassedOnSixteenTimesIsKeptAndPassedOnNoMore() {
        Consequences telling = telling(new Destinations(null, FunctionRef.of("cheer"), FunctionRef.of("mourn")));
        EventHeader far = new EventHeader(1_000, 1, 0, 0, 0, null, null, null, Destinations.MAX_HOPS, List.of());

        assertThat(telling.of(delivery(far), outcome(Status.FAILED, List.of())))
                .singleElement()
                .isInstanceOf(Consequence.Buried.class);
        assertThat(telling.of(delivery(far), outcome(Status.SUCCEEDED, attempts(1))))
                .isEmpty();
    }

    @Test
    void aTopicOfSomebodyElsesGetsTheDeadLetterInScfsForm() {
        Consequences telling = telling(new Destinations(new DeadLetterTarget.OfKafka("orders.dead"), null, null));

        Consequence last = telling.of(delivery(EventHeader.accepted(1_000)), outcome(Status.FAILED, attempts(3)))
                .getLast();

        assertThat(last).isInstanceOfSatisfying(Consequence.Exported.class, exported -> {
            assertThat(exported.topic()).isEqualTo("orders.dead");
            assertThat(exported.requestId()).isEqualTo("id-42");
            JsonNode letter = JSON.readTree(exported.event());
            assertThat(letter.get("RequestId").stringValue()).isEqualTo("id-42");
            assertThat(letter.get("ErrorCode").intValue()).isEqualTo(-1);
            assertThat(letter.get("ErrorMessage").stringValue()).isEqualTo("Traceback");
            assertThat(letter.at("/Body/FunctionName").stringValue()).isEqualTo("resize");
            assertThat(letter.at("/Body/Namespace").stringValue()).isEqualTo("default");
            assertThat(letter.at("/Body/ClientContext").stringValue()).isEqualTo("{\"a\":1}");
            assertThat(letter.at("/Body/TimeStampForInvoker").stringValue()).isEqualTo("1000");
            assertThat(letter.at("/Body/PushTime").stringValue()).isEqualTo("1970-01-01T08:00:09+08:00");
            assertThat(letter.at("/Body/RetryNum").intValue()).isEqualTo(2);
            assertThat(letter.at("/Body").propertyNames())
                    .containsExactly(
                            "AppId",
                            "Uin",
                            "SubAccountUin",
                            "RequestSource",
                            "FunctionName",
                            "Namespace",
                            "Qualifier",
                            "InvocationType",
                            "ClientContext",
                            "LogType",
                            "TimeStampForInvoker",
                            "RequestId",
                            "PushTime",
                            "RetryNum",
                            "Ttl");
        });
    }

    @Test
    void whatDoesNotFitIntoAnEventIsLeftOutAndNamed() {
        Consequences telling = telling(new Destinations(null, FunctionRef.of("cheer"), null));
        Outcome large = new Outcome(
                ADDRESS,
                Status.SUCCEEDED,
                "$LATEST",
                1_000,
                9_000,
                3600,
                attempts(1),
                ("\"" + "x".repeat(Limits.ASYNC_EVENT_BYTES) + "\"").getBytes(StandardCharsets.UTF_8),
                null,
                new byte[0],
                null);

        byte[] event = passed(
                        telling.of(delivery(EventHeader.accepted(1_000)), large).getFirst())
                .event();

        assertThat(event).hasSizeLessThan(Limits.ASYNC_EVENT_BYTES);
        JsonNode told = JSON.readTree(event);
        assertThat(told.get("result").isNull()).isTrue();
        assertThat(told.at("/omitted/0").stringValue()).isEqualTo("result");
        assertThat(told.at("/event/a").intValue()).isEqualTo(1);
        assertThat(told.get("status").stringValue()).isEqualTo("SUCCEEDED");
    }

    private static Consequence.Passed passed(Consequence consequence) {
        assertThat(consequence).isInstanceOf(Consequence.Passed.class);
        return (Consequence.Passed) consequence;
    }

    private static Consequences telling(Destinations destinations) {
        return new Consequences(function -> destinations, address -> "id-" + address.offset());
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
