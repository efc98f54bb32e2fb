package dev.millrace.benchmarks.drain;

import dev.millrace.benchmarks.stage.Recording;
import dev.millrace.benchmarks.stage.Stage.Backing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * The recorder of a drain in a JVM of its own. Each line of input names an installation to record from now on, or says
 * to stop; each is answered by a line when that is so.
 */
@Command(name = RecorderProcess.COMMAND, hidden = true, description = "Part of drain.")
public final class RecorderCommand implements Callable<Integer> {

    static final String STOP = "stop";

    @Override
    public Integer call() throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = input.readLine();
        while (line != null) {
            String[] words = line.split(" ", -1);
            try (Recording _ = Recording.start(new Backing(words[0], words[1], words[2]))) {
                System.out.println("recording");
                line = input.readLine();
            }
            System.out.println("stopped");
            if (STOP.equals(line)) {
                line = input.readLine();
            }
        }
        return 0;
    }
}
