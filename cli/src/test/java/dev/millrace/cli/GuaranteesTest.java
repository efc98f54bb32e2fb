package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.chaos.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What GUARANTEES.md points to is there. */
class GuaranteesTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?`");
    private static final Pattern SCENARIO = Pattern.compile("`chaos ([a-z-]+)`");

    private static String guarantees;
    private static Map<String, Path> tests;

    @BeforeAll
    static void read() throws IOException {
        guarantees = Files.readString(ROOT.resolve("GUARANTEES.md"));
        try (Stream<Path> files = Files.find(
                ROOT,
                14,
                (path, _) -> path.toString().contains("src/test/java/")
                        && path.toString().matches(".*/[A-Z]\\w+(Test|IT)\\.java"))) {
            tests = files.collect(Collectors.toMap(
                    path -> path.getFileName().toString().replace(".java", ""), path -> path, (one, _) -> one));
        }
    }

    @Test
    void everyTestItNamesIsThere() throws IOException {
        List<MatchResult> named = TEST.matcher(guarantees).results().toList();
        assertThat(named).hasSizeGreaterThan(20);
        for (MatchResult test : named) {
            assertThat(tests).containsKey(test.group(1));
            if (test.group(2) != null) {
                assertThat(Files.readString(tests.get(test.group(1)))).contains("void " + test.group(2) + "(");
            }
        }
    }

    @Test
    void everyScenarioItNamesIsThereAndItNamesAllOfThem() {
        List<String> named = SCENARIO.matcher(guarantees)
                .results()
                .map(scenario -> scenario.group(1))
                .toList();
        assertThat(named)
                .allSatisfy(name -> assertThat(Scenario.of(name)).as(name).isPresent());
        assertThat(named)
                .containsAll(Stream.of(Scenario.values())
                        .filter(scenario -> scenario != Scenario.CALM)
                        .map(Scenario::text)
                        .toList());
    }
}
