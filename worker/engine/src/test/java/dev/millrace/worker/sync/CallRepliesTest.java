package dev.millrace.worker.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CallRepliesTest {

    @Test
    void theTailOfALogIsItsLastFourKilobytesAndBeginsWithAWholeCharacter() {
        byte[] longText = ("x" + "ü".repeat(4_000)).getBytes(StandardCharsets.UTF_8);

        byte[] tail = CallReplies.tail(longText);

        assertThat(tail).hasSizeLessThanOrEqualTo(CallReplies.TAIL_BYTES);
        assertThat(new String(tail, StandardCharsets.UTF_8)).matches("ü+");
    }

    @Test
    void aShortLogIsItsOwnTail() {
        byte[] text = "short\n".getBytes(StandardCharsets.UTF_8);

        assertThat(CallReplies.tail(text)).isSameAs(text);
        assertThat(CallReplies.tail(new byte[0])).isEmpty();
    }
}
