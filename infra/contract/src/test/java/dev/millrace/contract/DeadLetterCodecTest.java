package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DeadLetterCodecTest {

    private static final EventAddress ADDRESS = new EventAddress(17, 3, 4711);

    @Property
    void whatIsWrittenReadsBack(@ForAll("deadLetters") DeadLetter letter) throws MalformedException {
        EventAddress address = DeadLetterCodec.address(DeadLetterCodec.key(letter.address()));

        assertThat(DeadLetterCodec.decode(address, DeadLetterCodec.encode(letter)))
                .isEqualTo(letter);
    }

    @Property(tries = 5_000)
    void anyBytesAreReadOrRefusedByName(@ForAll byte[] bytes) {
        try {
            DeadLetterCodec.decode(ADDRESS, bytes);
        } catch (MalformedException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
        try {
            DeadLetterCodec.address(bytes);
        } catch (MalformedException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }

    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void oneWithOneOctetChangedIsReadOrRefusedByName(
            @ForAll("deadLetters") DeadLetter letter, @ForAll int position, @ForAll byte octet) {
        byte[] bytes = DeadLetterCodec.encode(letter);
        bytes[Math.floorMod(position, bytes.length)] = octet;
        anyBytesAreReadOrRefusedByName(bytes);
    }

    @Property
    void oneCutShortIsRefused(@ForAll("deadLetters") DeadLetter letter, @ForAll @IntRange(max = 10_000) int cut) {
        byte[] bytes = DeadLetterCodec.encode(letter);
        byte[] head = Arrays.copyOf(bytes, cut % bytes.length);

        assertThatThrownBy(() -> DeadLetterCodec.decode(ADDRESS, head)).isInstanceOf(MalformedException.class);
    }

    @Test
    void aSuccessfulInvocationLeavesNone() {
        AttemptError error = new AttemptError(430, "ValueError", "no good", "");
        byte[] bytes = DeadLetterCodec.encode(
                new DeadLetter(ADDRESS, Samples.HEADING.ref(), TriggerType.COS, Status.FAILED, error, 3, 1));
        bytes[1] = (byte) Status.SUCCEEDED.code();

        assertThatThrownBy(() -> DeadLetterCodec.decode(ADDRESS, bytes))
                .hasMessage("an invocation that ended as SUCCEEDED leaves no dead letter");
        assertThatThrownBy(() ->
                        new DeadLetter(ADDRESS, Samples.HEADING.ref(), TriggerType.COS, Status.CANCELLED, error, 3, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLaterVersionIsRefused() {
        byte[] key = DeadLetterCodec.key(ADDRESS);
        key[0] = 2;

        assertThatThrownBy(() -> DeadLetterCodec.address(key)).hasMessage("dead letter version 2 is unknown");
    }

    @Provide
    Arbitrary<DeadLetter> deadLetters() {
        return Samples.deadLetters();
    }
}
