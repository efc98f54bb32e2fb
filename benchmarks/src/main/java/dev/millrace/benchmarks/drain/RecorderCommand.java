package dev.millrace.benchmarks.drain;

import dev.millrace.benchmarks.stage.Recording;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The recorder of a drain in a JVM of its own; records until its input ends. */
@Command(name = RecorderProcess.COMMAND, hidden = true, description = "Part of drain.")
public final class RecorderCommand implements Callable<Integer> {

    @Parameters
    private List<String> backlog = List.of();

    @Override
    public Integer call() throws IOException {
        try (Recording _ = Recording.start(Backlog.ofWords(backlog).backing())) {
            System.out.println("recording");
            System.in.transferTo(OutputStream.nullOutputStream());
        }
        return 0;
    }
}
