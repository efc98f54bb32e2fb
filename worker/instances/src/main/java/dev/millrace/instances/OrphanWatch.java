package dev.millrace.instances;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills what a worker leaves behind when it is killed itself. A small shell process waits on a pipe that only the worker
 * holds open; when the worker ends, in whatever way, it finds the worker's processes by their mark and kills them.
 * Thread-safe.
 */
final class OrphanWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OrphanWatch.class);

    /**
     * {@code read} returns at the end of the pipe. A process may be between fork and exec at that moment and show its
     * mark only later, so the shell looks until it has seen nothing a few times in a row.
     */
    private static final String SCRIPT = """
            read -r closing
            quiet=0
            while [ "$quiet" -lt 5 ]; do
                pids=$(grep -Fals -e "$1" /proc/[0-9]*/environ | cut -d/ -f3)
                if [ -n "$pids" ]; then
                    kill -9 $pids 2>/dev/null
                    quiet=0
                else
                    quiet=$((quiet + 1))
                    sleep 0.1
                fi
            done
            """;

    private final String mark;
    private Process watcher;
    private boolean closed;

    OrphanWatch(InstanceMark.Worker worker) throws IOException {
        mark = worker.prefix();
        watcher = start();
    }

    /** Replaces the watcher if somebody has killed it. */
    synchronized void ensureRunning() throws IOException {
        if (!closed && !watcher.isAlive()) {
            log.warn(
                    "The process that cleans up after this worker had ended with {}; starting it again",
                    watcher.exitValue());
            watcher = start();
        }
    }

    /** Ends the watcher, which looks for left-over processes one last time. */
    @Override
    public synchronized void close() {
        closed = true;
        try {
            watcher.getOutputStream().close();
        } catch (IOException e) {
            log.debug("The watcher was gone already", e);
        }
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>(Session.ownSession());
        command.addAll(List.of("/bin/sh", "-c", SCRIPT, "millrace-orphan-watch", mark));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", Session.SYSTEM_PATH));
        Process started = builder.start();
        OutputStream line = started.getOutputStream();
        line.flush();
        return started;
    }
}
