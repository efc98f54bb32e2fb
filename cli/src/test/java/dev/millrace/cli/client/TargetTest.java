package dev.millrace.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.cli.shell.Failure;
import dev.millrace.cli.shell.RecordedShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flag, then environment, then configuration file, then the running dev, then the standard address. */
class TargetTest {

    private static final Target.Flags NONE = new Target.Flags(null, null, null);

    @TempDir
    private Path home;

    private RecordedShell shell;

    @BeforeEach
    void shell() {
        shell = new RecordedShell(home);
    }

    private Target find(Target.Flags flags) {
        return Target.find(flags, shell.shell());
    }

    private void config(String yaml) throws IOException {
        Path file = home.resolve(".config/millrace/config.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, yaml);
    }

    private void dev(long pid) throws IOException {
        new RunningDev("http://127.0.0.1:5000", "http://127.0.0.1:5001", pid).announce(shell.shell());
    }

    @Test
    void eachSourceGivesWayToTheOneBefore() throws IOException {
        assertThat(find(NONE).endpoint()).hasToString("http://127.0.0.1:8080");
        dev(ProcessHandle.current().pid());
        assertThat(find(NONE).endpoint()).hasToString("http://127.0.0.1:5000");
        config("endpoint: http://config:1/\n");
        assertThat(find(NONE).endpoint()).hasToString("http://config:1");
        shell.with("MILLRACE_ENDPOINT", "https://environment");
        assertThat(find(NONE).endpoint()).hasToString("https://environment");
        Target told = find(new Target.Flags("http://flag:2", null, null));
        assertThat(told.endpoint()).hasToString("http://flag:2");
        assertThat(told.source()).isEqualTo("--endpoint");
    }

    @Test
    void adaptersAreWhereTheServerIsUnlessTold() throws IOException {
        assertThat(find(NONE).adapters()).hasToString("http://127.0.0.1:8080");
        dev(ProcessHandle.current().pid());
        assertThat(find(NONE).adapters()).hasToString("http://127.0.0.1:5001");
        assertThat(find(new Target.Flags("http://flag:2", null, null)).adapters())
                .hasToString("http://flag:2");
        shell.with("MILLRACE_ADAPTERS_ENDPOINT", "http://adapters:3");
        assertThat(find(NONE).adapters()).hasToString("http://adapters:3");
    }

    @Test
    void theKeyComesFromFlagEnvironmentOrFile() throws IOException {
        assertThat(find(NONE).apiKey()).isNull();
        config("api-key: from-file\n");
        assertThat(find(NONE).apiKey()).isEqualTo("from-file");
        shell.with("MILLRACE_API_KEY", "from-environment");
        assertThat(find(NONE).apiKey()).isEqualTo("from-environment");
        assertThat(find(new Target.Flags(null, null, "from-flag")).apiKey()).isEqualTo("from-flag");
    }

    @Test
    void theNoteOfADevThatDiedCountsForNothing() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        dev(dead.pid());
        assertThat(find(NONE).endpoint()).hasToString("http://127.0.0.1:8080");
    }

    @Test
    void aDamagedNoteCountsForNothing() throws IOException {
        Path file = home.resolve(".local/state/millrace/dev.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"endpoint\":");
        assertThat(find(NONE).endpoint()).hasToString("http://127.0.0.1:8080");
    }

    @Test
    void aDevTakesAwayItsOwnNoteAndNoOther() throws IOException {
        RunningDev first =
                new RunningDev("http://a", "http://a", ProcessHandle.current().pid());
        RunningDev second =
                new RunningDev("http://b", "http://b", ProcessHandle.current().pid());
        first.announce(shell.shell());
        second.announce(shell.shell());
        first.withdraw(shell.shell());
        assertThat(RunningDev.find(shell.shell())).contains(second);
        second.withdraw(shell.shell());
        assertThat(RunningDev.find(shell.shell())).isEmpty();
    }

    @Test
    void everyMistakeOfTheConfigurationIsListed() throws IOException {
        config("endpont: http://x\napi-key: [a]\n");
        assertThatThrownBy(() -> find(NONE))
                .isInstanceOfSatisfying(
                        Failure.class,
                        failure -> assertThat(failure.lines())
                                .anySatisfy(line -> assertThat(line)
                                        .contains("config.yaml:1: endpont: ")
                                        .endsWith("did you mean endpoint?"))
                                .anySatisfy(
                                        line -> assertThat(line).contains("config.yaml:2: api-key: must be a text")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "127.0.0.1:8080", "ftp://host", "http://", "http://h?x", "http://a b"})
    void whatIsNoAddressIsRefused(String address) {
        assertThatThrownBy(() -> find(new Target.Flags(address, null, null)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("'" + address + "' (--endpoint) is no address");
    }
}
