package dev.millrace.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.json.Json;
import dev.millrace.cli.shell.RecordedShell;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PrinterTest {

    private static final JsonNode LIST = Json.read("""
            {"items":[{"name":"hello","memorySize":128},{"name":"a-longer-name","memorySize":null}],"nextCursor":null}""");

    private final RecordedShell shell = new RecordedShell(Path.of("/nowhere"));

    private Printer printer(OutputFormat format) {
        return new Printer(shell.shell(), format, false, false);
    }

    private void list(OutputFormat format) {
        printer(format).list(LIST, "empty", Column.of("NAME", "name"), Column.of("MEMORY", "memorySize"));
    }

    @Test
    void aTableIsAligned() {
        list(OutputFormat.TABLE);
        assertThat(shell.out()).isEqualTo("""
                NAME           MEMORY
                hello          128
                a-longer-name  -
                """);
    }

    @Test
    void jsonIsWhatTheServerSaid() {
        list(OutputFormat.JSON);
        assertThat(Json.read(shell.out())).isEqualTo(LIST);
    }

    @Test
    void jsonLinesHaveALineForEachItem() {
        list(OutputFormat.JSONL);
        assertThat(shell.out()).isEqualTo("""
                {"name":"hello","memorySize":128}
                {"name":"a-longer-name","memorySize":null}
                """);
    }

    @Test
    void numbersStayAsTheyWereWritten() {
        printer(OutputFormat.JSONL).one(Json.read("{\"a\":1.50,\"b\":123456789012345678901234567890}"), "");
        assertThat(shell.out()).isEqualTo("{\"a\":1.50,\"b\":123456789012345678901234567890}\n");
    }

    @Test
    void anEmptyTableSaysSoOnTheOtherStream() {
        printer(OutputFormat.TABLE).list(Json.read("{\"items\":[]}"), "nothing there");
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).isEqualTo("nothing there\n");
    }

    @Test
    void whatAFunctionWroteDoesNotSteerTheTerminal() {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("Error", "a\u001b[2Jb\nc");
        printer(OutputFormat.TABLE).one(LIST, facts);
        assertThat(shell.out()).isEqualTo("Error  a [2Jb c\n");
    }

    @Test
    void coloursAreForTerminalsOfThoseWhoWantThem() {
        assertThat(printer(OutputFormat.TABLE).status("FAILED")).isEqualTo("FAILED");
        shell.onTerminal();
        assertThat(printer(OutputFormat.TABLE).status("FAILED")).isEqualTo("\u001b[31mFAILED\u001b[0m");
        assertThat(new Printer(shell.shell(), OutputFormat.TABLE, false, true).status("FAILED"))
                .isEqualTo("FAILED");
        shell.with("NO_COLOR", "1");
        assertThat(printer(OutputFormat.TABLE).status("FAILED")).isEqualTo("FAILED");
    }

    @Test
    void quietLeavesOutNotesButNoWarnings() {
        Printer quiet = new Printer(shell.shell(), OutputFormat.TABLE, true, false);
        quiet.note("done");
        quiet.warn("odd");
        assertThat(shell.err()).isEqualTo("warning: odd\n");
    }

    @Test
    void timesAreToldInWords() {
        assertThat(ago("2026-03-04T05:06:05Z")).isEqualTo("2 s ago");
        assertThat(ago("2026-03-04T05:03:07Z")).isEqualTo("3 min ago");
        assertThat(ago("2026-03-04T15:06:07Z")).isEqualTo("in 10 h");
        assertThat(ago("2026-02-04T05:06:07Z")).isEqualTo("28 d ago");
        assertThat(Ago.of(Json.read("null"), RecordedShell.NOW)).isEqualTo("-");
    }

    private static String ago(String time) {
        return Ago.of(Json.read("\"" + time + "\""), RecordedShell.NOW);
    }
}
