package dev.millrace.cli.program;

import dev.millrace.cli.invocation.InvocationText;
import dev.millrace.cli.shell.Shell;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Tells a person what the demo does, on stderr, and what came out of it, on stdout. Used by one thread. */
final class Narrator {

    private static final String BOLD = "\u001b[1m";
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";
    private static final String MARGIN = "           ";

    private final Shell shell;
    private final boolean coloured;
    private long begunAt;

    Narrator(Shell shell) {
        this.shell = shell;
        this.coloured = shell.terminal() && shell.variable("NO_COLOR").isEmpty();
    }

    /** Something that takes a moment begins. */
    void begin(String what) {
        begunAt = System.nanoTime();
        shell.err().print("… " + what);
        shell.err().flush();
    }

    /** It has been done. */
    void done() {
        shell.err().println(String.format(Locale.ROOT, ": %.1f s", (System.nanoTime() - begunAt) / 1e9));
        shell.err().flush();
    }

    /** One invocation, with its log. */
    void show(String title, JsonNode invocation, String log) {
        shell.err().flush();
        shell.out().println();
        shell.out().println(paint(BOLD, title));
        fact("request", invocation.path("requestId").asString(""));
        JsonNode trigger = invocation.path("trigger");
        fact(
                "trigger",
                trigger.path("name").asString("") + " (" + trigger.path("type").asString("") + ")");
        fact("status", status(invocation));
        String error = InvocationText.error(invocation);
        fact(
                error.isEmpty() ? "result" : "error",
                error.isEmpty() ? invocation.path("result").toString() : error);
        List<String> lines = log.stripTrailing().lines().toList();
        fact("log", lines.isEmpty() ? "(empty)" : lines.getFirst());
        lines.stream().skip(1).forEach(line -> shell.out().println(MARGIN + line));
        shell.out().flush();
    }

    /** The last words. */
    void end(boolean allAsExpected) {
        shell.out().flush();
        shell.err().println();
        if (allAsExpected) {
            shell.err().println("Every event ended as it should. Next: ./millrace dev");
        } else {
            shell.err().println("Not every event ended as it should; the logs above say why.");
        }
        shell.err().flush();
    }

    private void fact(String name, String value) {
        shell.out().println("  " + name + " ".repeat(Math.max(1, MARGIN.length() - 2 - name.length())) + value);
    }

    private String status(JsonNode invocation) {
        String status = invocation.path("status").asString("?");
        String rest = InvocationText.line(invocation).substring(status.length());
        return paint(status.equals("SUCCEEDED") ? GREEN : RED, status) + rest;
    }

    private String paint(String colour, String text) {
        return coloured ? colour + text + PLAIN : text;
    }
}
