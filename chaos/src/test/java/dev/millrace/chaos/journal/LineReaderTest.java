package dev.millrace.chaos.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineReaderTest {

    @TempDir
    Path folder;

    @Test
    void whatWasWrittenSinceTheLastTimeIsReadOnce() throws Exception {
        Path file = folder.resolve("journal");
        LineReader<Call> reader = new LineReader<>(file, Call.class);
        assertThat(reader.more()).isEmpty();
        Call sent = new Call("k1", "SUCCEEDED", 1, Call.SENT, "");
        Call answered = new Call("k1", "SUCCEEDED", 2, 202, "id1");
        try (Lines lines = Lines.appendTo(file)) {
            lines.write(sent);
            assertThat(reader.more()).containsExactly(sent);
            lines.writeThrough(answered);
            assertThat(reader.more()).containsExactly(answered);
            assertThat(reader.more()).isEmpty();
        }
    }

    @Test
    void aLineThatIsNotFinishedIsLeftForTheNextTime() throws Exception {
        Path file = folder.resolve("ledger");
        LineReader<Run> reader = new LineReader<>(file, Run.class);
        Files.writeString(file, "{\"what\":\"start\",\"run\":\"r\",\"key\":\"k\",\"id\":\"i\",");
        assertThat(reader.more()).isEmpty();
        Files.writeString(file, "\"worker\":7,\"at\":8}\n", StandardOpenOption.APPEND);
        assertThat(reader.more()).containsExactly(new Run("start", "r", "k", "i", 7, 8));
    }
}
