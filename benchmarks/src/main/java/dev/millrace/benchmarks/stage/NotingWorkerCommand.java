package dev.millrace.benchmarks.stage;

import dev.millrace.benchmarks.stage.Stage.Backing;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** A worker in a JVM of its own, that can be killed: its handler notes when it begins, sleeps as the event says, and notes its end. */
@Command(name = NotingWorkerCommand.NAME, hidden = true, description = "Part of takeover and limits.")
public final class NotingWorkerCommand implements Callable<Integer> {

    static final String NAME = "noting-worker";
    /** What it runs. */
    public static final String FUNCTION = "held";

    @Parameters(index = "0")
    private String name = "";

    @Parameters(index = "1")
    private String kafka = "";

    @Parameters(index = "2")
    private String prefix = "";

    @Parameters(index = "3")
    private String redis = "";

    @Parameters(index = "4")
    private Path notes = Path.of("");

    /** An event: which one, and how long its run takes. */
    public static byte[] event(int number, int millis) {
        return (number + " " + millis).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Integer call() throws Exception {
        Backing backing = new Backing(kafka, prefix, redis);
        RunNotes runs = RunNotes.in(notes);
        try (Worker _ = Worker.builder()
                .kafka(backing.kafkaSettings())
                .redis(backing.redisSettings())
                .settings(WorkerSettings.defaults().named(name).withRuntimes(Set.of()))
                .handler(FUNCTION, byte[].class, (event, context) -> {
                    String[] words = new String(event, StandardCharsets.US_ASCII).split(" ", -1);
                    int number = Integer.parseInt(words[0]);
                    runs.begins(number);
                    Thread.sleep(Long.parseLong(words[1]));
                    runs.ends(number);
                    return number;
                })
                .start()) {
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // The end of the input is the end of the worker.
            }
        }
        return 0;
    }
}
