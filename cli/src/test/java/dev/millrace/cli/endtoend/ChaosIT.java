package dev.millrace.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code millrace chaos} as a user runs it; with mistakes that the programs make on purpose it must say so. */
@Timeout(700)
class ChaosIT {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir
    Path scratch;

    private record Outcome(int exitCode, JsonNode report, List<String> lines) {
        int verdict(String what) {
            return report.path("verdict").path(what).asInt(-1);
        }

        int breaches(String kind) {
            return report.path("verdict").path("breaches").path(kind).size();
        }
    }

    @Test
    void withoutAFaultEveryEventRunsOnce() throws Exception {
        Outcome outcome = chaos("", "--scenario", "calm", "--duration", "5s");

        assertThat(outcome.lines()).last().isEqualTo("Every promise was kept.");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.verdict("accepted")).isGreaterThan(50);
        assertThat(outcome.verdict("repeated")).isZero();
        assertThat(outcome.verdict("runTwice")).isZero();
    }

    /** All at once, because what such a run costs is the start of its cluster. */
    @Test
    void lostEventsSecondRunsChangingEndsAndEventsThatRanAlthoughRefusedAreFound() throws Exception {
        Outcome outcome = chaos(
                "done-before-run,runs-twice,end-changes,stored-but-refused",
                "--scenario",
                "worker-kill",
                "--faults",
                "3");

        assertThat(outcome.exitCode()).isEqualTo(1);
        for (String found : List.of("LOST", "UNEXPLAINED_RUN", "SECOND_OUTCOME", "REFUSED_BUT_RUN")) {
            assertThat(outcome.breaches(found))
                    .as("%s in %s", found, outcome.lines())
                    .isPositive();
        }
    }

    private Outcome chaos(String bugs, String... arguments) throws Exception {
        Path report = scratch.resolve("report.json");
        List<String> all = new ArrayList<>(List.of("chaos", "--seed", "1", "--rate", "15", "--report", "" + report));
        all.addAll(List.of(arguments));
        try (OwnProcess chaos =
                OwnProcess.millrace(scratch, Map.of("MILLRACE_SEEDED_BUG", bugs), all.toArray(String[]::new))) {
            int exitCode = chaos.awaitEnd(PATIENCE);
            assertThat(report).as(chaos::errors).exists();
            return new Outcome(exitCode, Json.read(Files.readString(report)), chaos.lines());
        }
    }
}
