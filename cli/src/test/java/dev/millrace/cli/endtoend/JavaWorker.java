package dev.millrace.cli.endtoend;

import dev.millrace.contract.Topics;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.redis.RedisSettings;
import dev.millrace.worker.Worker;
import java.io.IOException;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A program that joins the fleet with a handler of its own, as examples/embedded-java does. */
final class JavaWorker {

    private JavaWorker() {}

    static void main() throws IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        Worker worker = Worker.builder()
                .kafka(KafkaSettings.of(environment.get("MILLRACE_KAFKA"))
                        .with(new Topics(environment.get("MILLRACE_TOPIC_PREFIX"))))
                .redis(RedisSettings.of(environment.get("MILLRACE_REDIS")))
                .handler("java", JsonNode.class, (event, context) -> {
                    context.log("n " + event.path("n").asInt());
                    return Map.of("n", event.path("n").asInt());
                })
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
        System.out.println("ready process:" + worker.name());
        worker.awaitStop();
    }
}
