package dev.millrace.cli.shell;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Surroundings of a command that a test sets, and reads afterwards. */
public final class RecordedShell {

    public static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();
    private String in = "";
    private InstantSource clock = InstantSource.fixed(NOW);
    private boolean terminal;

    /** @param home where configuration and state lie */
    public RecordedShell(Path home) {
        environment.put("HOME", home.toString());
    }

    public RecordedShell with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    public RecordedShell typed(String text) {
        in = text;
        return this;
    }

    public RecordedShell onTerminal() {
        terminal = true;
        return this;
    }

    /** With the machine's clock, for what is compared with a server's. */
    public RecordedShell inRealTime() {
        clock = InstantSource.system();
        return this;
    }

    public Shell shell() {
        return new Shell(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                Map.copyOf(environment),
                terminal,
                clock);
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    public void clear() {
        out.reset();
        err.reset();
    }
}
