package dev.millrace.cli.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.cli.shell.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceZipTest {

    @TempDir
    private Path folder;

    @TempDir
    private Path elsewhere;

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private List<String> packed() throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(SourceZip.of(folder)))) {
            ZipEntry entry;
            while ((entry = zip.getNextEntry()) != null) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    @Test
    void theSameFilesGiveTheSameBytesWhateverTheirDates() throws IOException {
        write("b.py", "b");
        write("a/c.py", "c");
        write("index.py", "print(1)");
        byte[] first = SourceZip.of(folder);
        Files.setLastModifiedTime(folder.resolve("b.py"), FileTime.from(Instant.EPOCH));
        Files.delete(folder.resolve("index.py"));
        write("index.py", "print(1)");
        assertThat(SourceZip.of(folder)).isEqualTo(first);
        write("index.py", "print(2)");
        assertThat(SourceZip.of(folder)).isNotEqualTo(first);
    }

    @Test
    void entriesAreSortedAndWhatIsNeverNeededIsLeftOut() throws IOException {
        write("index.js", "");
        write("node_modules/left/index.js", "");
        write(".git/config", "");
        write("lib/__pycache__/a.pyc", "");
        write("lib/a.py", "");
        write(".env", "");
        assertThat(packed()).containsExactly(".env", "index.js", "lib/a.py", "node_modules/left/index.js");
    }

    @Test
    void whatMayBeExecutedStaysSo() throws IOException {
        write("bin/tool", "#!/bin/sh\n");
        write("index.py", "");
        assertThat(folder.resolve("bin/tool").toFile().setExecutable(true)).isTrue();
        Path zip = elsewhere.resolve("code.zip");
        Files.write(zip, SourceZip.of(folder));
        URI uri = URI.create("jar:" + zip.toUri());
        try (FileSystem system = FileSystems.newFileSystem(uri, Map.of("enablePosixFileAttributes", true))) {
            assertThat(permissions(system.getPath("bin/tool"))).contains(PosixFilePermission.OWNER_EXECUTE);
            assertThat(permissions(system.getPath("index.py")))
                    .contains(PosixFilePermission.OWNER_READ)
                    .doesNotContain(PosixFilePermission.OWNER_EXECUTE);
        }
    }

    private static Set<PosixFilePermission> permissions(Path path) throws IOException {
        return Files.getPosixFilePermissions(path);
    }

    @Test
    void aLinkThatStaysInTheFolderIsPackedAsACopy() throws IOException {
        write("lib/a.py", "a");
        Files.createSymbolicLink(folder.resolve("b.py"), Path.of("lib/a.py"));
        Files.createSymbolicLink(folder.resolve("also"), Path.of("lib"));
        assertThat(packed()).containsExactly("also/a.py", "b.py", "lib/a.py");
    }

    @Test
    void aLinkThatLeavesTheFolderIsRefusedByName() throws IOException {
        write("index.py", "");
        Path secret = Files.writeString(elsewhere.resolve("secret"), "s", StandardCharsets.UTF_8);
        Files.createSymbolicLink(folder.resolve("leak"), secret);
        assertThatThrownBy(() -> SourceZip.of(folder))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("leak is a link that leaves");
    }

    @Test
    void aLinkInACircleIsRefused() throws IOException {
        write("lib/index.py", "");
        Files.createSymbolicLink(folder.resolve("lib/self"), Path.of("..", "lib"));
        assertThatThrownBy(() -> SourceZip.of(folder))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("lib/self/ is a link to a folder that it is in itself");
    }

    @Test
    void aLinkToNothingIsRefused() throws IOException {
        write("index.py", "");
        Files.createSymbolicLink(folder.resolve("gone"), Path.of("nowhere"));
        assertThatThrownBy(() -> SourceZip.of(folder))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("gone is a link to nowhere");
    }

    @Test
    void anEmptyFolderIsRefused() {
        assertThatThrownBy(() -> SourceZip.of(folder))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("holds no file");
    }
}
