package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Commands as Redis reads them, answers as Redis writes them. */
class PipelineFormTest {

    @Test
    void aCommandIsAnArrayOfCountedStrings() {
        CommandBuffer commands = new CommandBuffer(8);
        commands.command(3);
        commands.argument("EXPIRE");
        commands.argument("clé");
        commands.argument(604_800);

        assertThat(new String(commands.toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("*3\r\n$6\r\nEXPIRE\r\n$4\r\nclé\r\n$6\r\n604800\r\n");
    }

    @Test
    void aSentBufferIsEmptyAndGivesBackWhatItGrewTo() throws IOException {
        CommandBuffer commands = new CommandBuffer(16);
        commands.argument(new byte[100_000]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        commands.sendTo(out, 16);

        assertThat(out.size()).isGreaterThan(100_000);
        assertThat(commands.size()).isZero();
    }

    @Test
    void answersAreNumbersSuccessNothingOrARefusal() throws Exception {
        AnswerReader answers = answers("+OK\r\n$-1\r\n:42\r\n:-1\r\n$2\r\nhi\r\n-OOM no memory\r\n+OK\r\n");

        assertThat(answers.next()).isEqualTo(1);
        assertThat(answers.next()).isZero();
        assertThat(answers.next()).isEqualTo(42);
        assertThat(answers.next()).isEqualTo(-1);
        assertThat(answers.next()).isEqualTo(1);
        assertThatThrownBy(answers::next)
                .isInstanceOf(AnswerReader.RefusedException.class)
                .hasMessage("OOM no memory");
        assertThat(answers.next()).isEqualTo(1);
        assertThatThrownBy(answers::next).isInstanceOf(EOFException.class);
    }

    @Test
    void anythingElseEndsTheConnection() {
        assertThatThrownBy(() -> answers("HTTP/1.1 400 Bad Request\r\n").next()).isInstanceOf(IOException.class);
    }

    private static AnswerReader answers(String text) {
        return new AnswerReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
    }
}
