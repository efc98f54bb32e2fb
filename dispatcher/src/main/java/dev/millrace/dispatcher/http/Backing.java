package dev.millrace.dispatcher.http;

import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.QueueFullException;
import dev.millrace.kafka.RateLimitedException;
import dev.millrace.kafka.ThrottledException;
import dev.millrace.program.Problem;
import dev.millrace.redis.RedisUnavailableException;
import io.javalin.http.Handler;

/** Says to the caller that Kafka or Redis is away, in the words of a problem document. */
final class Backing {

    private Backing() {}

    /** The same handler, whose caller hears 503 when a backend does not answer. */
    static Handler guarded(Handler handler) {
        return context -> {
            try {
                handler.handle(context);
            } catch (KafkaUnavailableException e) {
                throw kafkaAway(String.valueOf(e.getMessage())).exception();
            } catch (RedisUnavailableException e) {
                throw redisAway().exception();
            }
        };
    }

    static Problem kafkaAway(String detail) {
        return Problem.of(503, "kafka-unavailable", "Kafka does not answer", detail)
                .retryAfter(2);
    }

    /** More come than are taken: nothing was accepted. */
    static Problem throttled(ThrottledException throttled) {
        return switch (throttled) {
            case QueueFullException full -> queueFull(full);
            case RateLimitedException limited ->
                Problem.of(
                                429,
                                "rate-limited",
                                "Too many events at once",
                                limited.getMessage()
                                        + "; nothing was accepted: hand it in again later, or raise rate in"
                                        + " the function's definition")
                        .retryAfter(limited.retryAfterSeconds());
        };
    }

    private static Problem queueFull(QueueFullException full) {
        return Problem.of(
                        429,
                        "queue-full",
                        "The queue is full",
                        full.getMessage() + "; nothing was accepted: hand it in again later, let more workers run, or"
                                + " raise queueLimit in the function's definition")
                .with("depth", full.depth())
                .with("limit", full.limit())
                .retryAfter(full.retryAfterSeconds());
    }

    static Problem redisAway() {
        return Problem.of(
                        503,
                        "redis-unavailable",
                        "Redis does not answer",
                        "results and queues cannot be looked at now; events are still accepted and run, and their"
                                + " results can be read when Redis is back")
                .retryAfter(2);
    }

    static Problem rebuilding() {
        return Problem.of(
                        503,
                        "rebuilding",
                        "Results are being rebuilt",
                        "Redis lost its data and is being filled again from the outcome log; ask again in a moment")
                .retryAfter(1);
    }
}
