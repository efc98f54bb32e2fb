package dev.millrace.instances;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CappedLogTest {
    private static final Pattern MARK = Pattern.compile("\n\\[… (\\d+) bytes of log left out …]\n");

    @Property
    void aLogWithinTheLimitIsKeptAsItIs(@ForAll @Size(max = 8) List<@Size(max = 100) byte[]> pieces) {
        CappedLog log = new CappedLog(800);
        ByteBuffer expected = ByteBuffer.allocate(800);
        for (byte[] piece : pieces) {
            log.append(ByteBuffer.wrap(piece));
            expected.put(piece);
        }

        assertThat(ByteBuffer.wrap(log.toBytes())).isEqualTo(expected.flip());
    }

    @Property
    void ofALongerLogTheBeginningAndTheEndAreKeptAndTheRestIsCounted(
            @ForAll @IntRange(min = 2, max = 300) int limit,
            @ForAll @Size(max = 20) List<@IntRange(min = 0, max = 500) Integer> sizes) {
        CappedLog log = new CappedLog(limit);
        StringBuilder written = new StringBuilder();
        for (int size : sizes) {
            String piece = "abcdefghij".repeat(size / 10 + 1).substring(0, size);
            written.append(piece);
            log.append(ByteBuffer.wrap(piece.getBytes(UTF_8)));
        }

        String kept = new String(log.toBytes(), UTF_8);
        Matcher mark = MARK.matcher(kept);
        if (written.length() <= limit) {
            assertThat(kept).isEqualTo(written.toString());
        } else {
            assertThat(mark.find()).isTrue();
            String head = kept.substring(0, mark.start());
            String tail = kept.substring(mark.end());
            assertThat(written.toString()).startsWith(head).endsWith(tail);
            assertThat(head.length() + tail.length() + Integer.parseInt(mark.group(1)))
                    .isEqualTo(written.length());
            assertThat(head.length() + tail.length()).isEqualTo(limit);
        }
    }

    @Property
    void noCharacterIsCutInHalf(
            @ForAll @IntRange(min = 16, max = 64) int limit, @ForAll @IntRange(min = 0, max = 3) int offset) {
        for (String letter : List.of("ü", "水", "🌊")) {
            CappedLog log = new CappedLog(limit);
            log.append(ByteBuffer.wrap(("x".repeat(offset) + letter.repeat(100)).getBytes(UTF_8)));

            assertThat(new String(log.toBytes(), UTF_8)).doesNotContain("\uFFFD");
        }
    }

    @Example
    void bytesThatAreNoTextDoNoHarm() {
        CappedLog log = new CappedLog(8);
        byte[] noise = new byte[100];
        java.util.Arrays.fill(noise, (byte) 0x80);
        log.append(ByteBuffer.wrap(noise));

        assertThat(log.toBytes()).isNotEmpty();
    }
}
