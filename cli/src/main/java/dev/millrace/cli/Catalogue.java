package dev.millrace.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Every command of {@code millrace}, in the order in which the help lists them. A command line names one of them, and
 * picocli gets to see only that one: looking at all of them would cost a short command most of its time.
 */
final class Catalogue {

    private Catalogue() {}

    /** The commands by name. */
    static SequencedMap<String, Class<?>> commands() {
        SequencedMap<String, Class<?>> commands = new LinkedHashMap<>();
        commands.putAll(programs());
        commands.put("version", VersionCommand.class);
        return commands;
    }

    /** What runs until it is told to stop. */
    private static Map<String, Class<?>> programs() {
        Map<String, Class<?>> programs = new LinkedHashMap<>();
        return programs;
    }
}
