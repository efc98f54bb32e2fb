package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EventHeaderCodecTest {

    @Property
    void whatIsWrittenReadsBack(@ForAll("headers") EventHeader header) throws MalformedException {
        assertThat(EventHeaderCodec.decode(EventHeaderCodec.encode(header))).isEqualTo(header);
    }

    @Property(tries = 5_000)
    void anyBytesAreReadOrRefusedByName(@ForAll byte[] bytes) {
        try {
            EventHeaderCodec.decode(bytes);
        } catch (MalformedException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }

    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void aHeaderWithOneOctetChangedIsReadOrRefusedByName(
            @ForAll("headers") EventHeader header, @ForAll int position, @ForAll byte octet) {
        byte[] bytes = EventHeaderCodec.encode(header);
        bytes[Math.floorMod(position, bytes.length)] = octet;
        anyBytesAreReadOrRefusedByName(bytes);
    }

    @Property
    void aHeaderCutShortIsRefused(@ForAll("headers") EventHeader header, @ForAll @IntRange(max = 10_000) int cut) {
        byte[] bytes = EventHeaderCodec.encode(header);
        byte[] head = java.util.Arrays.copyOf(bytes, cut % bytes.length);

        assertThatThrownBy(() -> EventHeaderCodec.decode(head)).isInstanceOf(MalformedException.class);
    }

    @Test
    void aLaterVersionIsRefused() {
        byte[] bytes = EventHeaderCodec.encode(EventHeader.accepted(1));
        bytes[0] = 2;

        assertThatThrownBy(() -> EventHeaderCodec.decode(bytes)).hasMessage("header version 2 is unknown");
    }

    @Test
    void anEventAcceptedNowTakesFewBytes() {
        assertThat(EventHeaderCodec.encode(EventHeader.accepted(1_800_000_000_000L)))
                .hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void absurdTimesAndAttemptsAreRefused() {
        assertThatThrownBy(() -> EventHeader.accepted(EventHeader.MAX_TIME + 1)).hasMessageContaining("acceptedAt");
        assertThatThrownBy(() -> EventHeader.accepted(-1)).hasMessageContaining("acceptedAt");
        WireWriter wild = new WireWriter(32);
        wild.octet(1);
        wild.number(0);
        wild.number(1_800_000_000_000L);
        wild.number(1L << 31);
        wild.number(0);

        assertThatThrownBy(() -> EventHeaderCodec.decode(wild.toBytes()))
                .hasMessageContaining("attempt is out of range");
    }

    @Provide
    Arbitrary<EventHeader> headers() {
        return Samples.headers();
    }
}
