package dev.millrace.instances;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How a command is put into a session, and so a process group, of its own. */
final class Session {
    static final String SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final List<String> PREFIX = findSetsid();

    private Session() {}

    /**
     * What is put before a command. Nothing where {@code setsid} is missing: such a process stays in the worker's group
     * and is killed one by one rather than with its group.
     */
    static List<String> ownSession() {
        return PREFIX;
    }

    private static List<String> findSetsid() {
        for (String directory : SYSTEM_PATH.split(":", -1)) {
            Path program = Path.of(directory, "setsid");
            if (Files.isExecutable(program)) {
                return List.of(program.toString());
            }
        }
        return List.of();
    }
}
