package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class RequestIdCodecTest {

    private static final byte[] KEY = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final RequestIdCodec codec = new RequestIdCodec(KEY);

    @Property
    void everyAddressReadsBackFromItsRequestId(
            @ForAll @IntRange(min = 1, max = EventAddress.MAX_TRIGGER) int trigger,
            @ForAll @IntRange(max = EventAddress.MAX_PARTITION) int partition,
            @ForAll @LongRange(max = EventAddress.MAX_OFFSET) long offset)
            throws InvalidRequestIdException {
        EventAddress address = new EventAddress(trigger, partition, offset);

        RequestId id = codec.encode(address);

        assertThat(id.uuid().version()).isEqualTo(8);
        assertThat(id.uuid().variant()).isEqualTo(2);
        assertThat(codec.decode(id.toString())).isEqualTo(id);
        assertThat(codec.decode(id.toString().toUpperCase(Locale.ROOT)).address())
                .isEqualTo(address);
    }

    @Property
    void anIdMistypedInOneDigitIsRefused(
            @ForAll @LongRange(max = EventAddress.MAX_OFFSET) long offset,
            @ForAll @IntRange(max = 35) int position,
            @ForAll @IntRange(max = 15) int digit) {
        String id = codec.encode(new EventAddress(17, 3, offset)).toString();
        String hex = Integer.toHexString(digit);
        if (id.charAt(position) == '-' || id.substring(position, position + 1).equals(hex)) {
            return;
        }
        String mistyped = id.substring(0, position) + hex + id.substring(position + 1);

        assertThatThrownBy(() -> codec.decode(mistyped)).isInstanceOf(InvalidRequestIdException.class);
    }

    @Property
    void anyTextIsReadOrRefusedByName(@ForAll String text) {
        assertThatThrownBy(() -> codec.decode(text)).isInstanceOf(InvalidRequestIdException.class);
    }

    @Property
    void aMadeUpUuidIsRefused(@ForAll long high, @ForAll long low) {
        assertThatThrownBy(() -> codec.decode(new UUID(high, low).toString()))
                .isInstanceOf(InvalidRequestIdException.class);
    }

    @Test
    void anIdOfAnotherInstallationIsRefused() {
        RequestIdCodec other =
                new RequestIdCodec("fedcba9876543210".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        String foreign = other.encode(new EventAddress(1, 0, 7)).toString();

        assertThatThrownBy(() -> codec.decode(foreign))
                .isInstanceOf(InvalidRequestIdException.class)
                .hasMessageContaining("mistyped");
    }

    @Test
    void theLayoutIsFixed() {
        assertThat(codec.encode(new EventAddress(1, 2, 3)).toString())
                .isEqualTo("00000010-0080-8000-8000-0003fb45bd61");
    }

    @Test
    void aShortKeyIsRefused() {
        assertThatThrownBy(() -> new RequestIdCodec(new byte[8])).isInstanceOf(IllegalArgumentException.class);
    }
}
