package dev.millrace.worker;

import static org.awaitility.Awaitility.await;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.Destinations;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.RetryPolicy;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.kafka.EventPublisher;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.NotStoredException;
import dev.millrace.kafka.OutcomeReader;
import dev.millrace.kafka.OutcomeRecord;
import dev.millrace.kafka.StorageUnknownException;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.code.CodeStore;
import dev.millrace.kafka.registry.Expected;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryWriter;
import dev.millrace.kafka.registry.RevisionConflictException;
import dev.millrace.redis.Cancellations;
import dev.millrace.redis.Lookup;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisResultReader;
import dev.millrace.redis.RedisResultWriter;
import dev.millrace.redis.RedisSettings;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RedisSpace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** An installation on real backends: defines functions, publishes events, starts workers, and reads the outcome log. */
final class Fleet {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final RetryPolicy NO_RETRIES =
            new RetryPolicy(0, RetryPolicy.Delay.fixed(Duration.ofMinutes(1)), Duration.ofHours(6));
    private static final Duration SHORTLY = Duration.ofMillis(5);

    final KafkaSettings kafka;
    final RedisSettings redis;
    private final Path directory;
    private final TopicAdmin topics;
    private final Registry registry;
    private final RegistryWriter writer;
    private final EventPublisher publisher;
    private final CodeStore code;
    private final List<Worker> workers = new ArrayList<>();
    private final Map<EventAddress, List<Outcome>> outcomes = new ConcurrentHashMap<>();
    private final OutcomeReader reader;
    private final Thread reading = Thread.ofPlatform().name("outcomes").unstarted(this::read);
    private volatile boolean closed;

    Fleet(KafkaSpace kafkaSpace, RedisSpace redisSpace, Path directory) {
        this.kafka = KafkaSettings.of(kafkaSpace.bootstrapServers()).with(new Topics(kafkaSpace.prefix()));
        this.redis = new RedisSettings(redisSpace.uri(), redisSpace.prefix());
        this.directory = directory;
        topics = TopicAdmin.connect(kafka, PATIENCE);
        topics.createFixedTopics();
        registry = Registry.start(kafka, PATIENCE);
        writer = new RegistryWriter(kafka, topics, registry, Clock.systemUTC());
        writer.installation();
        publisher = new EventPublisher(kafka);
        code = new CodeStore(kafka, sha -> registry.view().code(sha));
        Map<Integer, Long> all = new HashMap<>();
        for (int partition = 0; partition < Topics.OUTCOME_PARTITIONS; partition++) {
            all.put(partition, 0L);
        }
        reader = OutcomeReader.of(kafka, "test", all);
        reading.start();
    }

    static FunctionSpec spec(String name, RuntimeKind runtime, String handler) {
        return new FunctionSpec(
                FunctionRef.of(name),
                runtime,
                runtime.text(),
                handler,
                128,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                100,
                Map.of(),
                NO_RETRIES,
                Duration.ofHours(1));
    }

    static FunctionSpec withRetry(FunctionSpec spec, RetryPolicy retry) {
        return new FunctionSpec(
                spec.ref(),
                spec.runtime(),
                spec.runtimeName(),
                spec.handler(),
                spec.memorySize(),
                spec.timeout(),
                spec.initTimeout(),
                spec.concurrency(),
                spec.environment(),
                retry,
                spec.resultTtl());
    }

    /** One that is tried once, and whose ends these are told of. */
    static FunctionSpec telling(String name, Destinations destinations) {
        FunctionSpec spec = spec(name, RuntimeKind.JAVA, "-");
        return new FunctionSpec(
                spec.ref(),
                spec.runtime(),
                spec.runtimeName(),
                spec.handler(),
                spec.memorySize(),
                spec.timeout(),
                spec.initTimeout(),
                spec.concurrency(),
                spec.environment(),
                new RetryPolicy(0, RetryPolicy.Delay.fixed(Duration.ofSeconds(1)), Duration.ofHours(6)),
                spec.resultTtl(),
                destinations);
    }

    /** Deletes a function; returns when the registry shows it. */
    void undefine(String name) throws Exception {
        writer.deleteFunction(FunctionRef.of(name), Expected.anything());
    }

    static FunctionSpec withTimeouts(FunctionSpec spec, Duration timeout, Duration initTimeout) {
        return new FunctionSpec(
                spec.ref(),
                spec.runtime(),
                spec.runtimeName(),
                spec.handler(),
                spec.memorySize(),
                timeout,
                initTimeout,
                spec.concurrency(),
                spec.environment(),
                spec.retry(),
                spec.resultTtl());
    }

    static FunctionSpec withConcurrency(FunctionSpec spec, int concurrency) {
        return new FunctionSpec(
                spec.ref(),
                spec.runtime(),
                spec.runtimeName(),
                spec.handler(),
                spec.memorySize(),
                spec.timeout(),
                spec.initTimeout(),
                concurrency,
                spec.environment(),
                spec.retry(),
                spec.resultTtl());
    }

    /** Defines a function whose handler some program brings. */
    TriggerDefinition define(FunctionSpec spec) {
        return define(spec, null);
    }

    /** Deploys a function with one file of code. */
    TriggerDefinition deploy(FunctionSpec spec, String file, String content) throws IOException {
        Path zip = Files.createTempFile(directory, "code", ".zip");
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(out)) {
            entries.putNextEntry(new ZipEntry(file));
            entries.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return define(spec, code.put(zip));
    }

    /** Deletes a function with its triggers. */
    void delete(FunctionSpec spec) {
        try {
            writer.deleteFunction(spec.ref(), Expected.anything());
        } catch (RevisionConflictException e) {
            throw new AssertionError(e);
        }
    }

    private TriggerDefinition define(FunctionSpec spec, CodeRef ref) {
        try {
            writer.putFunction(spec, ref, Expected.anything());
        } catch (InvalidDefinitionException | RevisionConflictException e) {
            throw new AssertionError(e);
        }
        TriggerRef api = new TriggerRef(spec.ref(), TriggerRef.API);
        await().until(() -> registry.view().trigger(api).isPresent());
        return registry.view().trigger(api).orElseThrow();
    }

    /** Pauses a trigger, or lets it go on. */
    void pause(TriggerDefinition trigger, boolean paused) {
        writer.pauseTrigger(trigger.ref(), paused);
    }

    /** Wishes that an invocation be ended. */
    void cancel(EventAddress event, boolean graceful) {
        try (Redis connection = new Redis(redis)) {
            new Cancellations(connection).request(event, graceful);
        }
    }

    /** Waits until these are shown as running. */
    void awaitRunning(EventAddress... events) {
        try (Redis connection = new Redis(redis)) {
            RedisResultReader results = new RedisResultReader(connection, Clock.systemUTC());
            for (int partition = 0; partition < Topics.OUTCOME_PARTITIONS; partition++) {
                new RedisResultWriter(connection, Clock.systemUTC())
                        .reposition(partition, OptionalLong.empty(), 0, OptionalLong.empty());
            }
            for (EventAddress event : events) {
                await().atMost(PATIENCE)
                        .until(() -> results.find(event) instanceof Lookup.Unfinished unfinished
                                && unfinished.running() != null);
            }
        }
    }

    /** Deletes the function of a trigger, and with it the trigger. */
    void remove(TriggerDefinition trigger) {
        try {
            writer.deleteFunction(trigger.ref().function(), Expected.anything());
        } catch (RevisionConflictException e) {
            throw new AssertionError(e);
        }
    }

    EventAddress publish(TriggerDefinition trigger, String event) {
        return publish(trigger, EventHeader.accepted(System.currentTimeMillis()), event);
    }

    EventAddress publish(TriggerDefinition trigger, EventHeader header, String event) {
        try {
            return publisher.publish(trigger, header, event.getBytes(StandardCharsets.UTF_8));
        } catch (NotStoredException | StorageUnknownException e) {
            throw new AssertionError(e);
        }
    }

    /** Publishes many at once. */
    List<EventAddress> publishAll(TriggerDefinition trigger, Stream<String> events) {
        List<CompletableFuture<EventAddress>> published = events.map(event -> publisher.publishAsync(
                        trigger,
                        EventHeader.accepted(System.currentTimeMillis()),
                        event.getBytes(StandardCharsets.UTF_8)))
                .toList();
        return published.stream().map(CompletableFuture::join).toList();
    }

    Worker.Builder worker(String name) {
        return Worker.builder()
                .kafka(kafka)
                .redis(redis)
                .settings(WorkerSettings.defaults()
                        .named(name)
                        .withCodeDirectory(directory.resolve("code"))
                        .withDrainTimeout(Duration.ofSeconds(20)));
    }

    Worker start(Worker.Builder worker) throws IOException {
        Worker started = worker.start();
        workers.add(started);
        return started;
    }

    /** The terminal outcome of the event, once the log has it. */
    Outcome outcome(EventAddress event) {
        if (hasEnded(event)) {
            return outcomes.get(event).getLast();
        }
        await().atMost(Duration.ofSeconds(40))
                .pollDelay(Duration.ZERO)
                .pollInterval(SHORTLY)
                .until(() -> hasEnded(event));
        return outcomes.get(event).getLast();
    }

    boolean hasEnded(EventAddress event) {
        List<Outcome> known = outcomes.get(event);
        return known != null && known.getLast().status().isTerminal();
    }

    /** Every outcome of the event in the log. */
    List<Outcome> outcomes(EventAddress event) {
        return outcomes.getOrDefault(event, List.of());
    }

    private void read() {
        while (!closed) {
            for (OutcomeRecord next : reader.poll(Duration.ofMillis(50))) {
                try {
                    OutcomePack.decode(next.pack()).outcomes().forEach(this::keep);
                } catch (MalformedException e) {
                    throw new AssertionError(e);
                }
            }
        }
        reader.close();
    }

    private void keep(Outcome outcome) {
        outcomes.merge(outcome.address(), List.of(outcome), (before, more) -> {
            List<Outcome> all = new ArrayList<>(before);
            all.addAll(more);
            return all;
        });
    }

    void close() throws InterruptedException {
        workers.forEach(Worker::close);
        closed = true;
        reading.join();
        publisher.close();
        writer.close();
        registry.close();
        topics.close();
    }
}
