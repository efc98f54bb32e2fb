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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A worker as a process of its own, to be killed: its handlers, one of the function {@code work} unless the
 * property {@code functions} names others, note in a file what they run and then
 * do what the event says.
 */
final class WorkerMain {

    private WorkerMain() {}

    /** Arguments: name, bootstrap servers, topic prefix, Redis, key prefix, file. */
    public static void main(String[] args) throws Exception {
        Path ledger = Path.of(args[5]);
        Worker.Builder builder = Worker.builder()
                .kafka(KafkaSettings.of(args[1]).with(new Topics(args[2])))
                .redis(new RedisSettings(URI.create(args[3]), args[4]))
                .settings(WorkerSettings.defaults().named(args[0]).withRuntimes(Set.of()));
        for (String function : System.getProperty("functions", "work").split(",", -1)) {
            builder.handler(function, Map.class, (event, context) -> run(event, args[0], ledger));
        }
        try (Worker worker = builder.start()) {
            System.out.println("ready");
            worker.awaitStop();
        }
    }

    private static @Nullable Object run(Map<?, ?> event, String worker, Path ledger) throws Exception {
        note(ledger, "begin", event, worker);
        if (event.containsKey("die")) {
            Runtime.getRuntime().halt(137);
        }
        Thread.sleep(((Number) Objects.requireNonNull(event.get("millis"))).longValue());
        note(ledger, "end", event, worker);
        return event.get("id");
    }

    private static void note(Path ledger, String what, Map<?, ?> event, String worker) throws IOException {
        String line = what + " " + event.get("id") + " " + worker + " " + System.currentTimeMillis() + "\n";
        Files.writeString(ledger, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
