package dev.millrace.kafka.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeArchiveTest {

    @TempDir
    Path directory;

    @Test
    void filesKeepTheirPathsContentsAndExecutableBits() throws Exception {
        Path zip = new ZipText()
                .file("index.py", "def main_handler(event, context): ...")
                .entry("bin/bootstrap", bytes("#!/bin/sh"), ZipText.PROGRAM, 0)
                .entry("empty/", new byte[0], 0040755, 0)
                .writeTo(zipPath());
        CodeArchive archive = CodeArchive.check(zip);
        Path target = directory.resolve("code");

        archive.extractTo(target);

        assertThat(archive.files()).containsExactly("index.py", "bin/bootstrap");
        assertThat(archive.unpackedBytes()).isEqualTo(37 + 9);
        assertThat(target.resolve("index.py")).hasContent("def main_handler(event, context): ...");
        assertThat(Files.isExecutable(target.resolve("bin/bootstrap"))).isTrue();
        assertThat(target.resolve("empty")).isEmptyDirectory();
        assertThat(Files.getPosixFilePermissions(target.resolve("index.py")).toString())
                .doesNotContain("EXECUTE");
        assertThat(left()).containsExactlyInAnyOrder("a.zip", "code");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside.py",
                "a/../../outside.py",
                "a/./b.py",
                "/etc/passwd",
                "C:/windows/system.ini",
                "a\\..\\b.py",
                "..",
                "a//b.py",
                "bell\u0007.py"
            })
    void aNameThatCouldLeaveTheDirectoryIsRefused(String name) throws IOException {
        Path zip = new ZipText().file("good.py", "x").file(name, "x").writeTo(zipPath());

        assertRefused(zip, "name");
    }

    @Test
    void aLinkIsRefused() throws IOException {
        Path zip = new ZipText()
                .entry("link", bytes("/etc/passwd"), ZipText.LINK, 0)
                .writeTo(zipPath());

        assertRefused(zip, "link");
    }

    @Test
    void theSameNameTwiceIsRefused() throws IOException {
        assertRefused(new ZipText().file("a.py", "1").file("a.py", "2").writeTo(zipPath()), "two entries");
    }

    @Test
    void aNameThatIsFileAndDirectoryIsRefusedInEitherOrder() throws IOException {
        assertRefused(new ZipText().file("a", "1").file("a/b", "2").writeTo(zipPath()), "both as");
        assertRefused(new ZipText().file("a/b", "2").file("a", "1").writeTo(zipPath()), "both as");
    }

    @Test
    void anEncryptedZipIsRefused() throws IOException {
        assertRefused(new ZipText().entry("a.py", bytes("x"), ZipText.FILE, 1).writeTo(zipPath()), "encrypted");
    }

    @Test
    void moreThanTenThousandEntriesAreRefused() throws IOException {
        ZipText zip = new ZipText();
        for (int i = 0; i <= CodeArchive.MAX_ENTRIES; i++) {
            zip.file("f" + i, "");
        }

        assertRefused(zip.writeTo(zipPath()), "entries");
    }

    @Test
    void aZipThatUnpacksToAHundredTimesItsSizeIsRefused() throws IOException {
        Path zip = new ZipText()
                .entry("zeros", new byte[20 * 1024 * 1024], ZipText.FILE, 0)
                .writeTo(zipPath());

        assertRefused(zip, "100 times");
    }

    @Test
    void aSmallFileMayBeRepetitive() throws Exception {
        Path zip =
                new ZipText().entry("zeros", new byte[500_000], ZipText.FILE, 0).writeTo(zipPath());

        assertThat(CodeArchive.check(zip).unpackedBytes()).isEqualTo(500_000);
    }

    @Test
    void halfAZipIsRefused() throws IOException {
        Path zip = new ZipText().file("a.py", "x".repeat(1000)).writeTo(zipPath());
        byte[] all = Files.readAllBytes(zip);
        Files.write(zip, java.util.Arrays.copyOf(all, all.length / 2));

        assertRefused(zip, "no zip");
    }

    @Test
    void aTextFileIsRefused() throws IOException {
        assertRefused(Files.writeString(zipPath(), "print('hello')"), "no zip");
    }

    @Test
    void anEmptyZipIsRefused() throws IOException {
        assertRefused(new ZipText().writeTo(zipPath()), "no file");
    }

    @Test
    void aDamagedEntryIsRefused() throws IOException {
        Path zip = new ZipText()
                .file("a.py", "print('something that is deflated')")
                .writeTo(zipPath());
        byte[] all = Files.readAllBytes(zip);
        all[30 + 4 + 3] ^= 0x55;
        Files.write(zip, all);

        assertRefused(zip, "zip");
    }

    @Test
    void whatIsThereAlreadyIsNotTouched() throws Exception {
        CodeArchive archive =
                CodeArchive.check(new ZipText().file("a.py", "new").writeTo(zipPath()));
        Path target = Files.createDirectory(directory.resolve("code"));
        Files.writeString(target.resolve("a.py"), "old");

        assertThatThrownBy(() -> archive.extractTo(target)).isInstanceOf(FileAlreadyExistsException.class);

        assertThat(target.resolve("a.py")).hasContent("old");
    }

    @Test
    void aZipThatChangedAfterItWasCheckedLeavesNothingBehind() throws Exception {
        CodeArchive archive = CodeArchive.check(
                new ZipText().file("a.py", "short").file("b.py", "x").writeTo(zipPath()));
        new ZipText().file("a.py", "much longer than before").file("b.py", "x").writeTo(zipPath());

        assertThatThrownBy(() -> archive.extractTo(directory.resolve("code")))
                .isInstanceOf(RefusedArchiveException.class);

        assertThat(left()).containsExactly("a.zip");
    }

    private void assertRefused(Path zip, String why) {
        assertThatThrownBy(() -> CodeArchive.check(zip))
                .isInstanceOf(RefusedArchiveException.class)
                .hasMessageContaining(why);
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }

    private Path zipPath() {
        return directory.resolve("a.zip");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
