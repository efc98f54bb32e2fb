package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.CallHeader;
import dev.millrace.contract.Correlation;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.CallWriter;
import dev.millrace.kafka.ReplyReader;
import dev.millrace.redis.CallWorker;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RequestPartitions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Sends synchronous calls to workers and reads their replies, as a dispatcher does. Belongs to one thread. */
final class CallClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long NONCE = 17;

    private final Fleet fleet;
    private final Redis redis;
    private final RequestPartitions partitions;
    private final CallWriter writer;
    private final ReplyReader reader;
    private final AtomicLong next = new AtomicLong();
    private final Map<Long, Outcome> replies = new HashMap<>();

    /** A call that was sent. */
    record Sent(long number, EventAddress address) {}

    /** Where a worker is reached. */
    record Reached(int partition, CallWorker worker) {}

    CallClient(Fleet fleet) {
        this.fleet = fleet;
        redis = new Redis(fleet.redis);
        partitions = new RequestPartitions(redis);
        writer = new CallWriter(fleet.kafka);
        reader = new ReplyReader(fleet.kafka, 0);
    }

    /** Waits until this worker takes calls. */
    Reached reach(String worker) {
        return await().atMost(PATIENCE)
                .until(
                        () -> partitions.workers().entrySet().stream()
                                .filter(each -> each.getValue().worker().equals(worker)
                                        && each.getValue().open())
                                .map(each -> new Reached(each.getKey(), each.getValue()))
                                .findFirst(),
                        found -> found.isPresent())
                .orElseThrow();
    }

    /** What all workers say of themselves. */
    Map<Integer, CallWorker> workers() {
        return partitions.workers();
    }

    Sent send(Reached to, TriggerDefinition trigger, String event) throws Exception {
        return send(to.partition(), to.worker().lease(), trigger, event, Duration.ofSeconds(30));
    }

    Sent send(int partition, long lease, TriggerDefinition trigger, String event, Duration wait) throws Exception {
        long number = next.getAndIncrement();
        long now = System.currentTimeMillis();
        CallHeader header = new CallHeader(
                trigger.number(),
                now - Math.max(0, -wait.toMillis()),
                Math.max(now + wait.toMillis(), now - Math.max(0, -wait.toMillis())),
                lease,
                0,
                new Correlation(NONCE, number),
                0,
                true);
        EventAddress address = writer.send(trigger, partition, header, event.getBytes(StandardCharsets.UTF_8))
                .get(10, TimeUnit.SECONDS);
        return new Sent(number, address);
    }

    /** The end of a call, once its reply is there. */
    Outcome reply(Sent call) throws MalformedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!replies.containsKey(call.number()) && System.nanoTime() < deadline) {
            for (ReplyReader.Reply reply : reader.poll(Duration.ofMillis(100))) {
                replies.put(
                        Correlation.of(reply.key()).number(),
                        OutcomePack.decode(reply.pack()).outcomes().getFirst());
            }
        }
        Outcome outcome = replies.get(call.number());
        assertThat(outcome).as("the reply to " + call).isNotNull();
        assertThat(outcome.address()).isEqualTo(call.address());
        return outcome;
    }

    /** The outcome of a call in the log. */
    Outcome logged(Sent call) {
        return fleet.outcome(call.address());
    }

    @Override
    public void close() {
        reader.close();
        writer.close();
        redis.close();
    }
}
