package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogTextTest {

    @Test
    void aTextComesBackAsItWas() {
        for (int length : new int[] {0, 1, LogText.COMPRESS_ABOVE, LogText.COMPRESS_ABOVE + 1, 1 << 20}) {
            byte[] text = "abcdefgh".repeat(length / 8 + 1).substring(0, length).getBytes(StandardCharsets.UTF_8);
            assertThat(LogText.unpack(LogText.pack(text))).isEqualTo(text);
        }
    }

    @Test
    void whatCannotBeCompressedStaysAsItIs() {
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);

        assertThat(LogText.pack(noise)).hasSize(5001);
        assertThat(LogText.unpack(LogText.pack(noise))).isEqualTo(noise);
    }

    @Test
    void whatWasNotWrittenHereIsRefused() {
        assertThatThrownBy(() -> LogText.unpack(new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LogText.unpack(new byte[] {7, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("7");
        assertThatThrownBy(() -> LogText.unpack(new byte[] {1, 2, 3})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLogThatWouldUnpackToFarMoreThanItMayHoldIsRefusedBeforeItDoes() {
        byte[] compressed = Zstd.compress(new byte[64 << 20]);
        byte[] bomb = new byte[compressed.length + 1];
        bomb[0] = 1;
        System.arraycopy(compressed, 0, bomb, 1, compressed.length);

        assertThatThrownBy(() -> LogText.unpack(bomb)).hasMessageContaining("67108864");
    }
}
