package dev.millrace.chaos.nemesis;

import dev.millrace.chaos.cluster.Cluster;
import dev.millrace.chaos.cluster.Member;
import dev.millrace.chaos.load.Clients;
import dev.millrace.chaos.load.Deed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Events that are faults themselves. */
final class EventFaults {

    /** As often as a worker may die of one event before it is given up; one more would be a defect. */
    private static final int MOST_DEATHS = 4;

    private static final long DEATH_PATIENCE_MS = 12_000;
    private static final long BETWEEN_LOOKS_MS = 20;

    private EventFaults() {}

    /** Writes records that nobody can read into a trigger's topic, past every front door. */
    static Blow poison(Cluster cluster, SplittableRandom random) throws InterruptedException {
        long from = System.currentTimeMillis();
        Map<String, Object> client = Map.of("bootstrap.servers", cluster.kafka().bootstrapServers());
        try (Admin admin = Admin.create(client);
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<String> topics = admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith("millrace.t."))
                    .sorted()
                    .toList();
            String topic = topics.get(random.nextInt(topics.size()));
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            producer.send(new ProducerRecord<>(topic, garbage)).get();
            producer.send(new ProducerRecord<>(
                            topic, (Integer) null, (byte[]) null, garbage, List.of(new RecordHeader("m", garbage))))
                    .get();
            return new Blow(topic, 0, from, System.currentTimeMillis());
        } catch (ExecutionException e) {
            throw new IllegalStateException("poison cannot be written", e);
        }
    }

    /**
     * Sends an event that kills every worker that runs it, and puts a new worker in each one's place, until nobody dies
     * of it any more.
     */
    static List<Blow> killer(Cluster cluster, Clients clients, String key) throws InterruptedException {
        List<Blow> deaths = new ArrayList<>();
        clients.call(key, Deed.killer());
        long deadline = System.currentTimeMillis() + DEATH_PATIENCE_MS;
        while (deaths.size() < MOST_DEATHS && System.currentTimeMillis() < deadline) {
            for (Member worker : cluster.workers()) {
                if (!worker.isAlive()) {
                    long now = System.currentTimeMillis();
                    long pid = worker.pid();
                    worker.start();
                    deaths.add(new Blow(worker.name() + " by " + key, pid, now, System.currentTimeMillis()));
                    deadline = now + DEATH_PATIENCE_MS;
                }
            }
            Thread.sleep(BETWEEN_LOOKS_MS);
        }
        return deaths;
    }
}
