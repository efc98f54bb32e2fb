package dev.millrace.dispatcher.sync;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.CallHeader;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.ReplyWriter;
import dev.millrace.kafka.RequestReader;
import dev.millrace.kafka.RequestRecord;
import dev.millrace.kafka.Stored;
import dev.millrace.program.Backends;
import dev.millrace.redis.CallWorker;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisSettings;
import dev.millrace.redis.RequestPartitions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Does by the test's hand what a worker does with synchronous calls. */
final class ScriptedWorker implements AutoCloseable {

    private final Redis redis;
    private final RequestPartitions partitions;
    private final RequestReader requests;
    private final ReplyWriter replies;
    private final int partition;
    private final String holder;
    private final long lease = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    private final CallWorker standing;
    private final BlockingQueue<RequestRecord> taken = new LinkedBlockingQueue<>();
    private final Thread reading = Thread.ofPlatform().name("scripted-worker").unstarted(this::read);
    private volatile boolean silent;
    private volatile boolean closed;

    ScriptedWorker(Backends backends, String name, String function) {
        KafkaSettings kafka = KafkaSettings.of(backends.kafka())
                .with(new Topics(backends.topics().prefix()));
        redis = new Redis(new RedisSettings(backends.redis(), backends.redisPrefix()));
        partitions = new RequestPartitions(redis);
        requests = new RequestReader(kafka, name);
        replies = new ReplyWriter(kafka);
        holder = name;
        standing = new CallWorker(name, lease, true, 4, 0, Set.of(), Set.of("default/" + function), Set.of(), Set.of());
        partition = partitions.take(name, standing).orElseThrow();
        requests.begin(partition);
        reading.start();
    }

    /** The next call. */
    RequestRecord next() throws InterruptedException {
        return Objects.requireNonNull(taken.poll(30, TimeUnit.SECONDS), "no call came");
    }

    /** Replies that a call has returned this. */
    void reply(RequestRecord request, String result) {
        send(request, pack(request, result));
    }

    /** Replies anything. */
    void send(RequestRecord request, byte[] pack) {
        CallHeader header = Objects.requireNonNull(request.header());
        replies.send(header.replyPartition(), header.correlation(), pack, new Stored() {
            @Override
            public void stored(long offset) {
                // As expected.
            }

            @Override
            public void failed(Exception why) {
                throw new AssertionError(why);
            }
        });
    }

    /** Dies: says nothing any more. */
    void die() {
        silent = true;
    }

    private byte[] pack(RequestRecord request, String result) {
        CallHeader header = Objects.requireNonNull(request.header());
        EventAddress address = EventAddress.ofCall(header.trigger(), partition, request.offset());
        TriggerRef ref = new TriggerRef(FunctionRef.of("hello"), TriggerRef.API);
        OutcomePack pack =
                new OutcomePack(new OutcomeHeading(address.trigger(), address.partition(), ref, TriggerType.API));
        long now = System.currentTimeMillis();
        pack.add(OutcomePack.encode(new Outcome(
                address,
                Status.SUCCEEDED,
                "$LATEST",
                header.acceptedAt(),
                now,
                3600,
                List.of(new Attempt(1, now, 1500, null, holder, 0, null, 0)),
                result.getBytes(StandardCharsets.UTF_8),
                null,
                "wrote this\n".getBytes(StandardCharsets.UTF_8),
                null)));
        return pack.toBytes();
    }

    private void read() {
        while (!closed) {
            if (!silent) {
                partitions.renew(partition, holder, standing);
            }
            for (RequestRecord request : requests.poll(Duration.ofMillis(50))) {
                // What is addressed to a worker of another test is not for this one.
                if (request.header() != null && request.header().lease() == lease) {
                    taken.add(request);
                }
            }
        }
        requests.close();
    }

    @Override
    public void close() {
        closed = true;
        try {
            reading.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!silent) {
            partitions.release(partition, holder);
        }
        replies.close();
        redis.close();
    }
}
