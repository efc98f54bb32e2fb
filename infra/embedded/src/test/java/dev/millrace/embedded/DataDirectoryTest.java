package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path temp;

    @Test
    void aMissingDirectoryIsCreated() {
        try (DataDirectory directory = DataDirectory.lock(temp.resolve("a/b"))) {
            assertThat(directory.path()).isDirectory().isAbsolute();
        }
    }

    @Test
    void aSecondHolderInThisProcessIsRefused() {
        try (DataDirectory directory = DataDirectory.lock(temp)) {
            assertThatThrownBy(() -> DataDirectory.lock(temp))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining(directory.path().toString())
                    .hasMessageContaining(
                            "this process (" + ProcessHandle.current().pid() + ")");
        }
    }

    @Test
    void aRefusedAttemptLeavesTheHoldersLockAlone() throws Exception {
        try (DataDirectory directory = DataDirectory.lock(temp)) {
            assertThatThrownBy(() -> DataDirectory.lock(temp)).isInstanceOf(EmbeddedServerException.class);
            try (OtherProgram second = OtherProgram.start("lock", directory.path())) {
                assertThat(second.line()).startsWith("refused");
            }
        }
    }

    @Test
    void aHolderInAnotherProcessIsNamed() throws Exception {
        try (OtherProgram holder = OtherProgram.start("lock", temp)) {
            assertThat(holder.line()).isEqualTo("locked");
            assertThatThrownBy(() -> DataDirectory.lock(temp))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessage(
                            "Data directory %s is in use by process %d; stop that process or choose another data"
                                    + " directory",
                            temp.toRealPath(), holder.pid());
        }
    }

    @Test
    void aKilledHolderLeavesTheDirectoryFree() throws Exception {
        try (OtherProgram holder = OtherProgram.start("lock", temp)) {
            assertThat(holder.line()).isEqualTo("locked");
            holder.kill();
            DataDirectory.lock(temp).close();
        }
    }

    @Test
    void aClosedDirectoryCanBeLockedAgain() {
        DataDirectory first = DataDirectory.lock(temp);
        first.close();
        first.close();
        DataDirectory.lock(temp).close();
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        assertThatThrownBy(() -> DataDirectory.lock(file))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining(file.toString());
    }
}
