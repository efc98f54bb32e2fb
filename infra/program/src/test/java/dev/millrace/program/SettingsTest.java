package dev.millrace.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.Mistake;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    Path folder;

    @Test
    void aFlagWinsOverAPropertyOverTheEnvironmentOverTheFile() throws Exception {
        Path file = file("slots: 1\nport: 1\nscf-port: 1\nhost: file\n");
        Settings settings = Settings.of(
                Map.of("port", "4"),
                Map.of("millrace.port", "3", "millrace.scf-port", "3"),
                Map.of("MILLRACE_PORT", "2", "MILLRACE_SCF_PORT", "2", "MILLRACE_HOST", "environment"),
                file);

        assertThat(settings.number("port", 0, 0, 9)).isEqualTo(4);
        assertThat(settings.number("scf-port", 0, 0, 9)).isEqualTo(3);
        assertThat(settings.text("host", "default")).isEqualTo("environment");
        assertThat(settings.number("slots", 0, 0, 9)).isEqualTo(1);
        assertThat(settings.text("sandbox", "auto")).isEqualTo("auto");
        settings.requireValid();
    }

    @Test
    void everyMistakeIsListedAtOnce() {
        Settings settings = of(Map.of(
                "port",
                "many",
                "start-timeout",
                "soon",
                "require-keys",
                "maybe",
                "redis",
                "http://x",
                "sandbox",
                "noen"));
        settings.number("port", 8080, 0, 65_535);
        settings.duration("start-timeout", Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofDays(1));
        settings.flag("require-keys", false);
        settings.uri("redis", URI.create("redis://localhost"), "redis");
        settings.choice("sandbox", "auto", java.util.List.of("auto", "none"));

        assertThatThrownBy(settings::requireValid)
                .isInstanceOfSatisfying(
                        InvalidSettingsException.class,
                        e -> assertThat(e.mistakes())
                                .extracting(Mistake::path)
                                .containsExactly("port", "start-timeout", "require-keys", "redis", "sandbox"))
                .hasMessageContaining("did you mean none?");
    }

    @Test
    void anUnknownNameInTheFileIsAMistakeAndTheNearestNameIsSuggested() throws IOException {
        Settings settings = Settings.of(Map.of(), Map.of(), Map.of(), file("internal-prot: 8070\n"));

        assertThatThrownBy(settings::requireValid)
                .hasMessageContaining("internal-prot: is no setting; did you mean internal-port?");
    }

    @Test
    void anUnknownVariableOfTheEnvironmentIsNoMistake() throws Exception {
        Settings.of(Map.of(), Map.of(), Map.of("MILLRACE_KAFAK", "x", "MILLRACE_ENDPOINT", "y"), null)
                .requireValid();
    }

    @Test
    void aSectionIsHandedOnUnchangedFromEverySource() throws Exception {
        Path file = file("kafka-client:\n  security.protocol: SSL\n  sasl:\n    mechanism: PLAIN\n");
        Settings settings =
                Settings.of(Map.of(), Map.of(), Map.of("MILLRACE_KAFKA_CLIENT_SASL_MECHANISM", "SCRAM-SHA-512"), file);

        assertThat(settings.section("kafka-client"))
                .containsOnly(Map.entry("security.protocol", "SSL"), Map.entry("sasl.mechanism", "SCRAM-SHA-512"));
        settings.requireValid();
    }

    @Test
    void aListIsAListInTheFileAndHasCommasElsewhere() throws Exception {
        Settings fromFile = Settings.of(Map.of(), Map.of(), Map.of(), file("api-keys: [one, two]\n"));
        assertThat(fromFile.texts("api-keys")).containsExactly("one", "two");
        fromFile.requireValid();
        assertThat(of(Map.of("api-keys", "one, two,")).texts("api-keys")).containsExactly("one", "two");
    }

    @Test
    void aFileThatIsMissingOrNoYamlIsAMistake() throws IOException {
        Settings missing = Settings.of(Map.of(), Map.of(), Map.of(), folder.resolve("none.yaml"));
        assertThatThrownBy(missing::requireValid).hasMessageContaining("there is no file");
        Settings broken = Settings.of(Map.of(), Map.of(), Map.of(), file("port: [1\nhost: x"));
        assertThatThrownBy(broken::requireValid).hasMessageContaining("line");
    }

    @Test
    void theBackendsAreReadFromTheirNames() throws Exception {
        Settings settings = Settings.of(
                Map.of(),
                Map.of(),
                Map.of("MILLRACE_KAFKA", "k1:9092,k2:9092", "MILLRACE_REDIS", "redis://:secret@r:6380/1"),
                null);
        Backends backends = Backends.from(settings);
        settings.requireValid();

        assertThat(backends.kafka()).isEqualTo("k1:9092,k2:9092");
        assertThat(backends.redis()).isEqualTo(URI.create("redis://:secret@r:6380/1"));
        assertThat(backends.topics().prefix()).isEqualTo("millrace.");
    }

    @Test
    void anAddressBeyondLoopbackWithoutKeysIsRefused() {
        Settings settings = of(Map.of("host", "0.0.0.0"));
        ListenerSettings.main(settings, "port", 8080);

        assertThatThrownBy(settings::requireValid).hasMessageContaining("MILLRACE_API_KEYS");
    }

    @Test
    void keysAreAskedForWhereTheyAreDemanded() {
        assertThat(main(Map.of("api-keys", "k")).keys().any()).isFalse();
        assertThat(main(Map.of("api-keys", "k", "require-keys", "true")).keys().any())
                .isTrue();
        assertThat(main(Map.of("api-keys", "k", "host", "0.0.0.0")).keys().any())
                .isTrue();
    }

    private static ListenerSettings main(Map<String, String> flags) {
        return ListenerSettings.main(of(flags), "port", 8080);
    }

    private static Settings of(Map<String, String> flags) {
        return Settings.of(flags, Map.of(), Map.of(), noFile());
    }

    private static @Nullable Path noFile() {
        return null;
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("millrace.yaml"), yaml);
    }
}
