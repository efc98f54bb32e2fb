package dev.millrace.worker;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.function.FunctionHandler;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.program.Health;
import dev.millrace.redis.RedisSettings;
import dev.millrace.worker.execute.HandlerRegistration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running worker of the fleet: it takes events of the functions it can run, executes them, and reports their
 * outcomes. Any number of workers share the work. Thread-safe.
 *
 * <p>A program that brings its own handlers:
 *
 * <pre>{@code
 * try (Worker worker = Worker.builder()
 *         .kafka(KafkaSettings.of("127.0.0.1:9092"))
 *         .redis(RedisSettings.of("redis://127.0.0.1:6379"))
 *         .handler("charge", Order.class, (order, context) -> payments.charge(order, context.requestId()))
 *         .start()) {
 *     worker.awaitStop();
 * }
 * }</pre>
 *
 * <p>The function itself is defined like any other, without code: {@code PUT /v1/functions/charge} with its definition
 * as JSON. Until that is done the worker says so in its log, and waits.
 */
public final class Worker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    private final WorkerSettings settings;
    private final WorkerParts parts;
    private final @Nullable Runnable onDrainRequest;
    private final AtomicBoolean draining = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Worker(WorkerSettings settings, WorkerParts parts, @Nullable Runnable onDrainRequest) {
        this.settings = settings;
        this.parts = parts;
        this.onDrainRequest = onDrainRequest;
    }

    /** A worker to be described. */
    public static Builder builder() {
        return new Builder();
    }

    /** Its name in results, metrics and the list of workers. */
    public String name() {
        return settings.name();
    }

    /** {@link Health#OK}, or why it should be given no work, for a person to read. Cheap. */
    public String state() {
        if (draining.get()) {
            return "stopping: takes no new events";
        }
        return parts.state();
    }

    /** How many runs are under way. */
    public int running() {
        return parts.execution().running();
    }

    /**
     * Whether every partition of every topic that it reads is its own, so that an event of any function it can run would
     * run at once. Becomes true soon after the start of a worker that is alone, and never of one among many.
     */
    public boolean readsAlone() {
        return !draining.get() && parts.readsAlone();
    }

    /** Which of its languages it cannot run on this machine, each with the reason and what to do about it. */
    public Map<RuntimeKind, String> missingRuntimes() {
        return parts.missingRuntimes();
    }

    /** Waits until the worker has stopped, because it was closed or somebody asked it to drain. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /**
     * Takes no new events, lets runs in progress end within the drain timeout, stores and commits what was done, leaves
     * the fleet, and stops every part. What does not end in time is run again by others. Repeated calls wait for the
     * first.
     */
    @Override
    public void close() {
        if (draining.compareAndSet(false, true)) {
            try {
                parts.stop(settings.drainTimeout());
            } finally {
                stopped.countDown();
            }
            return;
        }
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drainRequested() {
        log.info("worker {} was asked to drain", name());
        if (onDrainRequest != null) {
            onDrainRequest.run();
        } else {
            Thread.ofPlatform().name("drain").start(this::close);
        }
    }

    /** Describes a worker. Not thread-safe. */
    public static final class Builder {

        private @Nullable KafkaSettings kafka;
        private @Nullable RedisSettings redis;
        private @Nullable WorkerSettings settings;
        private @Nullable MeterRegistry meters;
        private @Nullable JsonMapper json;
        private @Nullable Runnable onDrainRequest;
        private Duration patience = Duration.ofSeconds(60);
        private final Map<FunctionRef, HandlerRegistration<?, ?>> handlers = new LinkedHashMap<>();

        private Builder() {}

        /** The Kafka of the installation. Required. */
        public Builder kafka(KafkaSettings cluster) {
            kafka = cluster;
            return this;
        }

        /** The Redis of the installation. Required. */
        public Builder redis(RedisSettings store) {
            redis = store;
            return this;
        }

        /**
         * How it works. Unless this is said, a worker with handlers runs nothing but those, and one without runs
         * functions with code, each in child processes.
         */
        public Builder settings(WorkerSettings how) {
            settings = how;
            return this;
        }

        /** Where its figures go; nowhere unless this is said. */
        public Builder meters(MeterRegistry registry) {
            meters = registry;
            return this;
        }

        /** Reads handlers' events and writes their results; Jackson's defaults unless this is said. */
        public Builder json(JsonMapper mapper) {
            json = mapper;
            return this;
        }

        /** How long to wait at the start for a Kafka that does not answer; a minute unless this is said. */
        public Builder patience(Duration time) {
            patience = time;
            return this;
        }

        /**
         * What to do when an operator asks this worker to drain, on a thread of its own: usually, to stop the program.
         * Unless this is said, the worker closes itself.
         */
        public Builder onDrainRequest(Runnable action) {
            onDrainRequest = action;
            return this;
        }

        /** Registers a handler for the function of this name in the namespace {@code default}. */
        public <I, O> Builder handler(String function, Class<I> eventType, FunctionHandler<I, O> handler) {
            return handler(FunctionRef.of(function), eventType, handler);
        }

        /**
         * Registers a handler.
         *
         * @param eventType what an event's JSON is read as; {@code byte[]} and {@code String} receive it untouched
         * @param handler called from many threads at once
         * @throws IllegalArgumentException when the function has one already
         */
        public <I, O> Builder handler(FunctionRef function, Class<I> eventType, FunctionHandler<I, O> handler) {
            HandlerRegistration<I, O> registration = new HandlerRegistration<>(function, eventType, handler);
            if (handlers.putIfAbsent(function, registration) != null) {
                throw new IllegalArgumentException("function " + function + " has two handlers");
            }
            return this;
        }

        /**
         * Connects, joins the fleet, and returns once the worker takes events.
         *
         * @throws dev.millrace.kafka.KafkaUnavailableException when Kafka does not answer in time
         * @throws dev.millrace.redis.UnfitRedisException when this Redis would lose results
         * @throws IOException when the code directory cannot be used
         */
        public Worker start() throws IOException {
            if (kafka == null || redis == null) {
                throw new IllegalStateException("a worker needs a Kafka and a Redis");
            }
            WorkerSettings how = settings != null ? settings : defaultSettings();
            WorkerParts.Wiring wiring = new WorkerParts.Wiring(
                    kafka,
                    redis,
                    how,
                    Map.copyOf(handlers),
                    json != null ? json : JsonMapper.builder().build(),
                    meters != null ? meters : new SimpleMeterRegistry(),
                    patience);
            WorkerParts parts = WorkerParts.open(wiring);
            Worker worker = new Worker(how, parts, onDrainRequest);
            parts.start(worker::drainRequested);
            return worker;
        }

        private WorkerSettings defaultSettings() {
            WorkerSettings defaults = WorkerSettings.defaults();
            return handlers.isEmpty() ? defaults : defaults.withRuntimes(Set.<RuntimeKind>of());
        }
    }
}
