package dev.millrace.chaos.cluster;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedRedis;
import dev.millrace.embedded.LoopbackPort;
import dev.millrace.embedded.fault.FaultProxy;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A broker, a Redis, dispatchers, workers and adapters. Programs reach broker and Redis through proxies, so that their
 * connections can be cut and slowed; whoever judges reaches the dispatchers directly. Everything ends with {@link #close}.
 */
public final class Cluster implements AutoCloseable {

    private final Path directory;
    private final FaultProxy kafkaNetwork;
    private final FaultProxy redisNetwork;
    private final EmbeddedKafka kafka;
    private final EmbeddedRedis redis;
    private final List<Member> dispatchers = new ArrayList<>();
    private final List<Member> workers = new ArrayList<>();
    private final List<Member> adapters = new ArrayList<>();
    private final List<URI> doors = new ArrayList<>();

    /**
     * Starts everything; {@link #awaitReady} tells when all of it serves.
     *
     * @param directory for data and logs
     * @param launch the command line of Millrace
     * @param extent how many of each
     */
    public Cluster(Path directory, Launch launch, Extent extent) {
        this.directory = directory;
        kafkaNetwork = FaultProxy.open();
        redisNetwork = FaultProxy.open();
        kafka = EmbeddedKafka.in(directory.resolve("kafka"))
                .behind(kafkaNetwork::forwardTo)
                .start();
        redis = EmbeddedRedis.in(directory.resolve("redis")).start();
        redisNetwork.forwardTo(redis.port());
        Map<String, String> environment = environment(directory, extent);
        for (int n = 1; n <= extent.dispatchers(); n++) {
            int port = LoopbackPort.free();
            doors.add(URI.create("http://127.0.0.1:" + port));
            dispatchers.add(new Member(
                    "dispatcher-" + n,
                    launch,
                    directory,
                    environment,
                    List.of("dispatcher", "--port", "" + port, "--internal-port", "0")));
        }
        for (int n = 1; n <= extent.workers(); n++) {
            workers.add(new Member(
                    "worker-" + n,
                    launch,
                    directory,
                    environment,
                    List.of("worker", "--slots", "" + extent.slots(), "--internal-port", "0")));
        }
        for (int n = 1; n <= extent.adapters(); n++) {
            adapters.add(new Member(
                    "adapters-" + n,
                    launch,
                    directory,
                    environment,
                    List.of("adapters", "--port", "0", "--internal-port", "0")));
        }
    }

    /**
     * How many of each there are.
     *
     * @param slots of each worker
     * @param environment more of it, for every program
     */
    public record Extent(int dispatchers, int workers, int adapters, int slots, Map<String, String> environment) {
        public Extent {
            environment = Map.copyOf(environment);
        }
    }

    private Map<String, String> environment(Path directory, Extent extent) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "MILLRACE_KAFKA", kafka.bootstrapServers(),
                "MILLRACE_REDIS", "redis://127.0.0.1:" + redisNetwork.port(),
                "MILLRACE_CHAOS", "yes",
                "XDG_STATE_HOME", directory.resolve("state").toString(),
                "XDG_CONFIG_HOME", directory.resolve("config").toString(),
                "XDG_DATA_HOME", directory.resolve("data").toString()));
        environment.putAll(extent.environment());
        return environment;
    }

    /** Waits until every program serves. */
    public void awaitReady() throws InterruptedException {
        for (Member member : members().toList()) {
            member.awaitReady();
        }
    }

    /** Sees to it that programs start soon, and waits until every one serves: a plan of many faults is one of many starts. */
    public void warm() throws InterruptedException {
        for (Member one : List.of(dispatchers.getFirst(), workers.getFirst(), adapters.getFirst())) {
            one.warm();
        }
        awaitReady();
    }

    /** Where data and logs are. */
    public Path directory() {
        return directory;
    }

    /** Gives back whatever may have been taken away, and starts what does not run. */
    public void heal() {
        kafkaNetwork.pass();
        redisNetwork.pass();
        if (!kafka.isRunning()) {
            kafka.restart();
        }
        if (!redis.isRunning()) {
            redis.restart();
        }
        redisPort().send("CONFIG SET maxmemory 0");
        redisPort().send("REPLICAOF NO ONE");
        members().filter(Member::isAlive).forEach(Member::resume);
    }

    public Stream<Member> members() {
        return Stream.of(dispatchers, workers, adapters).flatMap(List::stream);
    }

    public List<Member> dispatchers() {
        return dispatchers;
    }

    public List<Member> workers() {
        return workers;
    }

    public List<Member> adapters() {
        return adapters;
    }

    /** Addresses of the dispatchers, which they keep over restarts. */
    public List<URI> doors() {
        return List.copyOf(doors);
    }

    public EmbeddedKafka kafka() {
        return kafka;
    }

    public EmbeddedRedis redis() {
        return redis;
    }

    /** An operator's connection to Redis, past the proxy. */
    public RedisPort redisPort() {
        return new RedisPort(redis.port());
    }

    /** What lies between the programs and Kafka. */
    public FaultProxy kafkaNetwork() {
        return kafkaNetwork;
    }

    /** What lies between the programs and Redis. */
    public FaultProxy redisNetwork() {
        return redisNetwork;
    }

    @Override
    public void close() {
        members().forEach(Member::kill);
        kafkaNetwork.close();
        redisNetwork.close();
        redis.close();
        kafka.close();
    }
}
