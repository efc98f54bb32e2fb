package dev.millrace.worker;

import dev.millrace.contract.Topics;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.redis.RedisSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/**
 * A worker as a process of its own, to be killed: its handler of the function {@code work} notes in a file what it runs
 * and then does what the event says.
 */
final class WorkerMain {

    private WorkerMain() {}

    /** Arguments: name, bootstrap servers, topic prefix, Redis, key prefix, file. */
    public static void main(String[] args) throws Exception {
        Path ledger = Path.of(args[5]);
        try (Worker worker = Worker.builder()
                .kafka(KafkaSettings.of(args[1]).with(new Topics(args[2])))
                .redis(new RedisSettings(URI.create(args[3]), args[4]))
                .settings(WorkerSettings.defaults().named(args[0]).withRuntimes(Set.of()))
                .handler("work", Map.class, (event, context) -> {
                    note(ledger, "begin", event, args[0]);
                    if (event.containsKey("die")) {
                        Runtime.getRuntime().halt(137);
                    }
                    Thread.sleep(((Number) event.get("millis")).longValue());
                    note(ledger, "end", event, args[0]);
                    return event.get("id");
                })
                .start()) {
            System.out.println("ready");
            worker.awaitStop();
        }
    }

    private static void note(Path ledger, String what, Map<?, ?> event, String worker) throws IOException {
        String line = what + " " + event.get("id") + " " + worker + " " + System.currentTimeMillis() + "\n";
        Files.writeString(ledger, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
