package dev.millrace.cli.program;

import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.Topics;
import dev.millrace.dispatcher.Dispatcher;
import dev.millrace.dispatcher.DispatcherSettings;
import dev.millrace.embedded.DataDirectory;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedRedis;
import dev.millrace.embedded.EmbeddedServerException;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.program.Backends;
import dev.millrace.program.Health;
import dev.millrace.program.HttpListener;
import dev.millrace.program.InternalRoutes;
import dev.millrace.program.Metrics;
import dev.millrace.program.Parts;
import dev.millrace.program.Routes;
import dev.millrace.program.StartException;
import dev.millrace.redis.RedisSettings;
import dev.millrace.trigger.Adapters;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

/**
 * The whole of Millrace in one place: Kafka and Redis as children, dispatcher, worker and adapters in this process, all
 * on one port. Its parts belong to the {@link Parts} that it was started with. Thread-safe.
 */
final class Dev {

    /** A broker whose predecessor was killed needs a few seconds; the machine may be busy. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private final EmbeddedKafka kafka;
    private final EmbeddedRedis redis;
    private final Dispatcher dispatcher;
    private final Worker worker;
    private final Path data;
    private final URI uri;
    private final URI figures;

    private Dev(Servers servers, Dispatcher dispatcher, Worker worker, Path data, URI uri, URI figures) {
        this.kafka = servers.kafka();
        this.redis = servers.redis();
        this.dispatcher = dispatcher;
        this.worker = worker;
        this.data = data;
        this.uri = uri;
        this.figures = figures;
    }

    private record Servers(EmbeddedKafka kafka, EmbeddedRedis redis) {}

    /**
     * Starts everything; what can be done at the same time is.
     *
     * @param parts gets every part, to be stopped in order
     * @throws StartException with the line for the user
     */
    static Dev start(DevSettings settings, Parts parts) throws StartException, InterruptedException {
        HttpListener.requireFree(settings.main());
        Path data = parts.add("data directory", locked(settings.data())).path();
        ParallelStart servers = new ParallelStart(parts);
        Future<EmbeddedKafka> kafka = servers.begin(
                "Kafka", server(() -> EmbeddedKafka.in(data.resolve("kafka")).start()));
        Future<EmbeddedRedis> redis = servers.begin(
                "Redis", server(() -> EmbeddedRedis.in(data.resolve("redis")).start()));
        Metrics metrics = parts.add("metrics", Metrics.ofProcess());
        Health health = new Health();
        HttpListener internal = parts.add(
                "internal listener",
                HttpListener.start(
                        "internal", settings.internal(), metrics, List.of(new InternalRoutes(health, metrics))));
        servers.await();

        Backends backends = backends(kafka.resultNow(), redis.resultNow());
        KafkaSettings cluster = KafkaSettings.of(backends.kafka());
        Dispatcher.Policy policy = new Dispatcher.Policy(settings.accept(), DispatcherSettings.AUDIT_EVERY);
        ParallelStart programs = new ParallelStart(parts);
        Future<Dispatcher> dispatcher = programs.begin(
                "dispatcher", () -> Dispatcher.start(backends, policy, Clock.systemUTC(), metrics, health));
        Future<Adapters> adapters =
                programs.begin("adapters", () -> Adapters.start(cluster, settings.accept(), metrics, health, PATIENCE));
        Future<Worker> worker = programs.begin("worker", () -> worker(backends, cluster, data, metrics));
        programs.await();
        health.part("worker", worker.resultNow()::state);

        List<Routes> routes = new ArrayList<>(adapters.resultNow().routes());
        routes.add(dispatcher.resultNow().routes());
        HttpListener main = parts.add("listener", HttpListener.start("api", settings.main(), metrics, routes));
        return new Dev(
                new Servers(kafka.resultNow(), redis.resultNow()),
                dispatcher.resultNow(),
                worker.resultNow(),
                data,
                main.uri(),
                internal.uri());
    }

    /**
     * Returns when a first invocation of any function that is deployed would run at once: the worker has all of its
     * lanes, and the dispatcher knows where to send calls. Nothing is invoked for it.
     *
     * @throws StartException when that takes too long
     */
    void awaitReady() throws StartException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!worker.readsAlone() || !dispatcher.canCall()) {
            if (System.nanoTime() > deadline) {
                throw new StartException(
                        StartException.UNAVAILABLE,
                        "the worker has not got the partitions of its topics within " + PATIENCE.toSeconds()
                                + " s; what Kafka has to say: " + data.resolve("kafka/kafka.log"));
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    /** Where everything is served. */
    URI uri() {
        return uri;
    }

    /** Where health and figures are served. */
    URI figures() {
        return figures;
    }

    /** Kafka's bootstrap servers. */
    String kafka() {
        return kafka.bootstrapServers();
    }

    URI redis() {
        return redis.uri();
    }

    /** The data directory. */
    Path data() {
        return data;
    }

    /** Languages that this machine lacks, each with what to do about it. */
    Map<RuntimeKind, String> missingRuntimes() {
        return worker.missingRuntimes();
    }

    private static Backends backends(EmbeddedKafka kafka, EmbeddedRedis redis) {
        return new Backends(
                kafka.bootstrapServers(),
                Map.of(),
                new Topics(Topics.DEFAULT_PREFIX),
                redis.uri(),
                RedisSettings.DEFAULT_PREFIX,
                PATIENCE);
    }

    private static Worker worker(Backends backends, KafkaSettings cluster, Path data, Metrics metrics)
            throws Exception {
        return Worker.builder()
                .kafka(cluster)
                .redis(new RedisSettings(backends.redis(), backends.redisPrefix()))
                .settings(WorkerSettings.defaults()
                        .withCodeDirectory(data.resolve("code"))
                        .withDrainTimeout(DRAIN_TIMEOUT))
                .meters(metrics.registry())
                .patience(PATIENCE)
                .start();
    }

    private static DataDirectory locked(Path directory) throws StartException {
        try {
            return DataDirectory.lock(directory);
        } catch (EmbeddedServerException e) {
            throw new StartException(StartException.UNAVAILABLE, e.getMessage() + " (--data)");
        }
    }

    private static <T> Callable<T> server(Callable<T> start) {
        return () -> {
            try {
                return start.call();
            } catch (EmbeddedServerException e) {
                throw new StartException(StartException.UNAVAILABLE, String.valueOf(e.getMessage()));
            }
        };
    }
}
