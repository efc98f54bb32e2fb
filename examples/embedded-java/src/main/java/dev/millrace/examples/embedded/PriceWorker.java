package dev.millrace.examples.embedded;

import dev.millrace.contract.FunctionRef;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.redis.RedisSettings;
import dev.millrace.worker.Worker;
import java.io.IOException;

/** Joins the fleet with one handler, and works until it is told to stop. */
public final class PriceWorker {

    static final FunctionRef PRICE = FunctionRef.of("price");

    private PriceWorker() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        KafkaSettings kafka = KafkaSettings.of(setting("MILLRACE_KAFKA", "127.0.0.1:9092"));
        RedisSettings redis = RedisSettings.of(setting("MILLRACE_REDIS", "redis://127.0.0.1:6379"));

        Worker worker = start(kafka, redis);
        Runtime.getRuntime().addShutdownHook(new Thread(worker::close)); // Ends what runs, then leaves the fleet.
        System.out.println("ready " + worker.name());
        worker.awaitStop();
    }

    static Worker start(KafkaSettings kafka, RedisSettings redis) throws IOException {
        return Worker.builder()
                .kafka(kafka)
                .redis(redis)
                .handler(PRICE, PriceFunction.Order.class, new PriceFunction())
                .start();
    }

    private static String setting(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }
}
