package dev.millrace.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private final Report report = new Report("drain", "benchmarks/run drain --rounds 2");

    @Test
    void theTableHasMedianAndSpreadOfEveryMeasureInTheOrderTheyCame() {
        report.add("ratio", "", 0.8);
        report.add("raw", "k/s", 212);
        report.add("ratio", "", 0.6);
        report.note("Two rounds.");
        assertThat(printed())
                .startsWith("drain: benchmarks/run drain --rounds 2\n")
                .containsSubsequence("ratio", "0.70", "0.60 – 0.80", "0.80 0.60", "raw", "212", "k/s", "Two rounds.");
    }

    @Test
    void whatIsSavedNamesCommandAndMachine(@TempDir Path folder) throws IOException {
        report.add("raw", "k/s", 212);
        Path file = report.save(folder.resolve("results"));
        assertThat(file.getFileName().toString()).matches("drain-\\d{4}-\\d{2}-\\d{2}-\\d{6}\\.json");
        assertThat(Files.readString(file))
                .contains("\"command\" : \"benchmarks/run drain --rounds 2\"", "\"cores\"", "\"load\"", "\"rounds\"");
    }

    private String printed() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
