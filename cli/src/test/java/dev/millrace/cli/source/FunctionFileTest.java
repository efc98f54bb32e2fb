package dev.millrace.cli.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionFileTest {

    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

    @TempDir
    private Path folder;

    private FunctionFile read(String yaml) throws IOException {
        Files.writeString(folder.resolve(FunctionFile.NAME), yaml);
        return FunctionFile.read(folder, NOW);
    }

    private List<String> mistakesOf(String yaml) {
        try {
            read(yaml);
            return List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (Failure e) {
            assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
            String file = folder.resolve(FunctionFile.NAME) + ":";
            return e.lines().stream()
                    .skip(1)
                    .map(line -> line.strip().replace(file, ""))
                    .toList();
        }
    }

    @Test
    void aFileIsReadWithItsTriggersAndItsFolder() throws IOException {
        FunctionFile file = read("""
                name: resize
                runtime: python3
                timeout: 5s
                environment: {SIZES: 160, LEVEL: info}
                triggers:
                  - {name: nightly, type: timer, cron: "0 0 2 * * * *", message: go}
                """);
        assertThat(file.spec().ref().name()).isEqualTo("resize");
        assertThat(file.spec().environment()).containsEntry("SIZES", "160");
        assertThat(file.source()).isEqualTo(folder.toAbsolutePath());
        assertThat(file.triggers()).containsOnlyKeys("nightly");
        assertThat(file.triggers().get("nightly").path("cron").asString()).isEqualTo("0 0 2 * * * *");
        assertThat(file.missingEntry()).contains("index.py");
    }

    @Test
    void everyMistakeIsListedWithItsLineAndTheNameThatWasMeant() {
        assertThat(mistakesOf("""
                name: x
                runtime: pyton3
                timeot: 3s
                memorySize: 129
                retry:
                  retries: 11
                triggers:
                  - name: nightly
                    type: timer
                    cron: "0 0 2 * *"
                    timezone: Asia/Shangai
                  - {type: cos, bucket: photos, events: ["cos:ObjectCreate:*"], sufix: .jpg}
                  - name: nightly
                    type: tmer
                """))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("1: name: must be 2 to 60 letters"),
                        line -> assertThat(line).startsWith("2: runtime: ").endsWith("did you mean python3?"),
                        line -> assertThat(line).isEqualTo("3: timeot: is not known here; did you mean timeout?"),
                        line -> assertThat(line).startsWith("4: memorySize: must be 64 or a multiple of 128"),
                        line -> assertThat(line).startsWith("6: retry.retries: must be a whole number from 0 to 10"),
                        line -> assertThat(line)
                                .startsWith("11: triggers[0].timezone: ")
                                .endsWith("Asia/Shanghai?"),
                        line -> assertThat(line).isEqualTo("12: triggers[1].name: is required"),
                        line -> assertThat(line)
                                .startsWith("12: triggers[1].events: ")
                                .endsWith("cos:ObjectCreated:*?"),
                        line -> assertThat(line)
                                .startsWith("12: triggers[1].sufix: ")
                                .endsWith("suffix?"),
                        line -> assertThat(line)
                                .isEqualTo("13: triggers[2].name: another trigger has the name nightly"),
                        line -> assertThat(line)
                                .startsWith("14: triggers[2].type: ")
                                .endsWith("did you mean timer?"));
    }

    @Test
    void aFieldThatIsThereTwiceIsAMistakeThatNamesBothLines() {
        assertThat(mistakesOf("name: hello\nruntime: python3\nname: other\n"))
                .containsExactly("3: name: is there twice, on lines 1 and 3");
    }

    @Test
    void aScheduleThatNeverFiresIsAMistakeAtItsLine() {
        assertThat(mistakesOf("""
                name: hello
                runtime: python3
                triggers:
                  - name: past
                    type: timer
                    cron: "0 0 2 1 1 * 2020"
                """)).containsExactly("6: triggers[0].cron: never fires: 0 0 2 1 1 * 2020");
    }

    @Test
    void theTriggerEveryFunctionHasCannotBeDefined() {
        assertThat(mistakesOf("""
                name: hello
                runtime: python3
                triggers: [{name: api, type: timer, cron: "0 0 2 * * * *"}]
                """))
                .containsExactly("3: triggers[0].name: api is the trigger that every function has from the start");
    }

    @Test
    void aSourceThatIsNoFolderIsAMistake() {
        assertThat(mistakesOf("name: hello\nruntime: python3\nsrc: code\n"))
                .containsExactly(
                        "3: src: is no folder: " + folder.resolve("code").toAbsolutePath());
    }

    @Test
    void aHandlerOfAnEmbeddingProgramHasNoSource() throws IOException {
        assertThat(read("name: greet\nruntime: java\n").source()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "42", "[a, b]", "# nothing\n"})
    void whatHasNoFieldsIsRefused(String yaml) {
        assertThat(mistakesOf(yaml)).singleElement().asString().contains("must have fields");
    }

    @Test
    void whatIsNotYamlIsRefusedWithItsLine() {
        assertThatThrownBy(() -> read("name: hello\nruntime: [python3\n"))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(FunctionFile.NAME + ":")
                .hasMessageContaining("this is not YAML");
    }

    @Test
    void deepNestingIsRefusedRatherThanEndless() {
        assertThatThrownBy(() -> read("a: " + "[".repeat(500) + "]".repeat(500)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("deep");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> FunctionFile.read(folder, NOW))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("there is no file " + folder.resolve(FunctionFile.NAME));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "nightly-report", "thumbnail-index"})
    void theExamplesHaveNoMistake(String example) {
        FunctionFile file = FunctionFile.read(Path.of("..", "examples", example), NOW);
        assertThat(file.spec().ref().name()).isEqualTo(example);
        assertThat(file.missingEntry()).isEmpty();
    }
}
