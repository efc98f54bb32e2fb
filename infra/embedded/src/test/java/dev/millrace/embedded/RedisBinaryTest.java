package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisBinaryTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({
        "Redis server v=6.0.16 sha=0:0 malloc=jemalloc, false",
        "Redis server v=5.0.14 sha=0:0, false",
        "Redis server v=6.2.0 sha=0:0, true",
        "Redis server v=7.0.15 sha=0:0, true",
        "Valkey server v=8.0.1 sha=0:0, true",
        "Redis server v=10.1.0, true",
        "garbage, false",
    })
    void sixPointTwoAndNewerIsRecent(String versionLine, boolean recent) {
        assertThat(RedisBinary.isRecent(versionLine)).isEqualTo(recent);
    }

    @Test
    void aRecentServerOfTheSystemIsPreferred() throws IOException {
        Path program = program("echo Redis server v=7.2.4");
        assertThat(RedisBinary.find(temp.toString(), temp)).isEqualTo(program);
    }

    @Test
    void anOldServerOfTheSystemGivesWayToTheBundledOne() throws IOException {
        program("echo Redis server v=5.0.3");
        Path found = RedisBinary.find(temp.toString(), Files.createDirectory(temp.resolve("cache")));
        assertThat(found).isExecutable().hasFileName("redis-server-7.0.15-" + RedisBinary.platform());
        assertThat(RedisBinary.find("", temp.resolve("cache"))).isEqualTo(found);
    }

    private Path program(String script) throws IOException {
        Path program = Files.writeString(temp.resolve("redis-server"), "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }
}
