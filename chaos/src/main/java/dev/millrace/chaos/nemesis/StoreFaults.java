package dev.millrace.chaos.nemesis;

import dev.millrace.chaos.cluster.Cluster;
import dev.millrace.embedded.fault.FaultProxy;
import java.time.Duration;
import java.util.SplittableRandom;

/** Faults of Kafka, of Redis, and of the network before them. Each is healed when it returns. */
final class StoreFaults {

    private static final int LONGEST_MS = 6_000;
    private static final Duration AWAY = Duration.ofSeconds(60);

    private StoreFaults() {}

    static Blow killBroker(Cluster cluster, SplittableRandom random) throws InterruptedException {
        long pid = cluster.kafka().pid();
        long from = System.currentTimeMillis();
        cluster.kafka().kill();
        Thread.sleep(random.nextInt(LONGEST_MS));
        cluster.kafka().restart();
        return new Blow("kafka", pid, from, System.currentTimeMillis());
    }

    static Blow restartBroker(Cluster cluster) {
        long pid = cluster.kafka().pid();
        long from = System.currentTimeMillis();
        cluster.kafka().restart();
        return new Blow("kafka", pid, from, System.currentTimeMillis());
    }

    static Blow killRedis(Cluster cluster, SplittableRandom random) throws InterruptedException {
        long pid = cluster.redis().pid();
        long from = System.currentTimeMillis();
        cluster.redis().kill();
        Thread.sleep(random.nextInt(LONGEST_MS));
        cluster.redis().restart();
        return new Blow("redis", pid, from, System.currentTimeMillis());
    }

    static Blow stopRedis(Cluster cluster) throws InterruptedException {
        long pid = cluster.redis().pid();
        long from = System.currentTimeMillis();
        cluster.redis().kill();
        Thread.sleep(AWAY);
        cluster.redis().restart();
        return new Blow("redis", pid, from, System.currentTimeMillis());
    }

    static Blow tellRedis(Cluster cluster, SplittableRandom random, String evil, String good)
            throws InterruptedException {
        long from = System.currentTimeMillis();
        cluster.redisPort().send(evil);
        Thread.sleep(random.nextInt(500, LONGEST_MS));
        cluster.redisPort().send(good);
        return new Blow("redis", cluster.redis().pid(), from, System.currentTimeMillis());
    }

    static Blow flushRedis(Cluster cluster) {
        long from = System.currentTimeMillis();
        cluster.redisPort().send("FLUSHALL");
        return new Blow("redis", cluster.redis().pid(), from, System.currentTimeMillis());
    }

    static Blow cut(FaultProxy network, String target, SplittableRandom random) throws InterruptedException {
        long from = System.currentTimeMillis();
        network.cut();
        return heal(network, target, from, random);
    }

    static Blow stall(FaultProxy network, String target, SplittableRandom random) throws InterruptedException {
        long from = System.currentTimeMillis();
        network.stall();
        return heal(network, target, from, random);
    }

    static Blow slow(FaultProxy network, String target, SplittableRandom random) throws InterruptedException {
        long from = System.currentTimeMillis();
        network.delay(Duration.ofMillis(random.nextInt(20, 200)));
        return heal(network, target, from, random);
    }

    private static Blow heal(FaultProxy network, String target, long from, SplittableRandom random)
            throws InterruptedException {
        Thread.sleep(random.nextInt(500, LONGEST_MS));
        network.pass();
        return new Blow("network before " + target, 0, from, System.currentTimeMillis());
    }
}
