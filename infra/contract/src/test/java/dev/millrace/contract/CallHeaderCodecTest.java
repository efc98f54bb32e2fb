package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CallHeaderCodecTest {

    private static final CallHeader CALL =
            new CallHeader(17, 1_800_000_000_000L, 1_800_000_073_000L, 77, 4711, new Correlation(-5, 12), 3, true);

    @Property
    void whatIsWrittenReadsBack(@ForAll("calls") CallHeader call) throws MalformedException {
        assertThat(CallHeaderCodec.decode(CallHeaderCodec.encode(call))).isEqualTo(call);
    }

    @Property(tries = 5_000)
    void anyBytesAreReadOrRefusedByName(@ForAll byte[] bytes) {
        try {
            CallHeaderCodec.decode(bytes);
        } catch (MalformedException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }

    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void oneWithOneOctetChangedIsReadOrRefusedByName(
            @ForAll("calls") CallHeader call, @ForAll int position, @ForAll byte octet) {
        byte[] bytes = CallHeaderCodec.encode(call);
        bytes[Math.floorMod(position, bytes.length)] = octet;
        anyBytesAreReadOrRefusedByName(bytes);
    }

    @Property
    void oneCutShortIsRefused(@ForAll("calls") CallHeader call, @ForAll @IntRange(max = 10_000) int cut) {
        byte[] bytes = CallHeaderCodec.encode(call);
        byte[] head = Arrays.copyOf(bytes, cut % bytes.length);

        assertThatThrownBy(() -> CallHeaderCodec.decode(head)).isInstanceOf(MalformedException.class);
    }

    @Test
    void aLaterVersionAndUnknownFlagsAreRefused() {
        byte[] later = CallHeaderCodec.encode(CALL);
        later[0] = 2;
        byte[] flagged = CallHeaderCodec.encode(CALL);
        flagged[1] = 2;

        assertThatThrownBy(() -> CallHeaderCodec.decode(later)).hasMessage("call version 2 is unknown");
        assertThatThrownBy(() -> CallHeaderCodec.decode(flagged)).hasMessage("a call has unknown flags");
    }

    @Test
    void aCallTakesFewBytes() {
        assertThat(CallHeaderCodec.encode(CALL)).hasSizeLessThanOrEqualTo(36);
    }

    @Test
    void aCorrelationOfAnotherLengthIsRefused() throws MalformedException {
        assertThat(Correlation.of(CALL.correlation().toBytes())).isEqualTo(CALL.correlation());
        assertThatThrownBy(() -> Correlation.of(new byte[15])).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Correlation.of(new byte[0])).isInstanceOf(MalformedException.class);
    }

    @Test
    void whatNoDispatcherWouldSayIsRefused() {
        assertThatThrownBy(() -> call(0, 1, 2, 0)).hasMessageContaining("no trigger");
        assertThatThrownBy(() -> call(1, 2, 1, 0)).hasMessageContaining("out of range");
        assertThatThrownBy(() -> call(1, 1, 2, Topics.REPLY_PARTITIONS)).hasMessageContaining("no partition");
    }

    @Provide
    Arbitrary<CallHeader> calls() {
        Arbitrary<Long> numbers = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<Correlation> correlations =
                Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(Correlation::new);
        return Combinators.combine(
                        Arbitraries.integers().between(1, EventAddress.MAX_TRIGGER),
                        Arbitraries.longs().between(0, EventHeader.MAX_TIME),
                        Arbitraries.longs().between(0, 1_000_000),
                        numbers,
                        numbers,
                        correlations,
                        Arbitraries.integers().between(0, Topics.REPLY_PARTITIONS - 1),
                        Arbitraries.of(true, false))
                .as((trigger, acceptedAt, wait, lease, revision, correlation, partition, tail) -> new CallHeader(
                        trigger,
                        acceptedAt,
                        Math.min(acceptedAt + wait, EventHeader.MAX_TIME),
                        lease,
                        revision,
                        correlation,
                        partition,
                        tail));
    }

    private static CallHeader call(int trigger, long acceptedAt, long deadline, int replyPartition) {
        return new CallHeader(trigger, acceptedAt, deadline, 0, 0, new Correlation(0, 0), replyPartition, false);
    }
}
