package dev.millrace.worker.sync;

import dev.millrace.contract.Topics;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.RequestReader;
import dev.millrace.kafka.RequestRecord;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.redis.RequestPartitions;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.execute.CallDesk;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the synchronous calls that are addressed to this worker, on one thread that owns their consumer, and has each begun
 * at once. What was addressed to somebody who had the partition before is ended as lost and never run. Thread-safe.
 *
 * <p>How far the partition is done is committed behind, so that a successor finds what was left open.
 */
public final class CallIntake implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CallIntake.class);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final long COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Dispatchers have heard by then that no more calls shall come. */
    private static final Duration HEARD = Duration.ofMillis(400);

    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    /**
     * What it works with.
     *
     * @param grow gives the requests topic so many partitions
     * @param stops how often this process has stood still for so long that others may have taken it for dead
     */
    public record Partners(
            Topics topics,
            RequestReader reader,
            IntConsumer grow,
            Registry registry,
            CallDesk desk,
            CallReplies replies,
            LongSupplier stops) {}

    /** A tenure and how far it is. */
    private record Stretch(Tenure tenure, Frontier frontier) {}

    private final RequestReader reader;
    private final IntConsumer grow;
    private final PartitionLease lease;
    private final CallReception reception;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("call-intake").unstarted(this::readUntilClosed);

    private volatile @Nullable Stretch stretch;
    private volatile boolean closed;

    /** Of the intake's thread alone. */
    private long committed;

    private long committedAt = System.nanoTime();

    /**
     * Takes nothing yet.
     *
     * @param holder who this is: another one for each process
     */
    public CallIntake(
            String holder,
            Partners partners,
            RequestPartitions partitions,
            CallStanding standing,
            MeterRegistry meters) {
        this.reader = partners.reader();
        this.grow = partners.grow();
        this.lease = new PartitionLease(holder, partitions, standing, partners.stops(), this::partitionChanged);
        this.reception = new CallReception(
                partners.topics(), partners.registry(), partners.desk(), partners.replies(), lease::covers, meters);
    }

    /** Begins to take calls, as soon as there is a partition to be had. */
    public void start() {
        lease.start();
        thread.start();
    }

    /** The outcomes of these calls are stored. Any thread. */
    public void ended(List<Delivery> calls) {
        Stretch present = stretch;
        for (Delivery call : calls) {
            if (present != null && call.lane().epoch() == present.tenure().epoch()) {
                present.frontier().ended(call.offset());
            }
        }
    }

    /** Says that no more calls shall come, and returns when dispatchers have heard it and what came has ended. */
    public void leave(Duration limit) throws InterruptedException {
        lease.shut();
        long now = System.nanoTime();
        Thread.sleep(HEARD);
        while (openCalls() > 0 && System.nanoTime() - now < limit.toNanos()) {
            Thread.sleep(LOOK_EVERY);
        }
    }

    /** Takes no more calls. What has not ended is ended as lost by whoever has the partition next. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // In a hurry: the successor finds what is not committed.
        }
        lease.close();
    }

    private int openCalls() {
        Stretch present = stretch;
        return present == null ? 0 : present.frontier().open();
    }

    private void partitionChanged() {
        LockSupport.unpark(thread);
    }

    private void readUntilClosed() {
        boolean silent = false;
        while (!closed) {
            try {
                readOn();
                silent = false;
            } catch (KafkaException | KafkaUnavailableException e) {
                if (!silent) {
                    log.warn("synchronous calls cannot be read; trying on: {}", e.toString());
                    silent = true;
                }
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
        end();
    }

    private void readOn() {
        Tenure tenure = lease.tenure();
        if (tenure == null) {
            LockSupport.parkNanos(this, PAUSE_NANOS);
            return;
        }
        Stretch present = stretch;
        if (present == null || !present.tenure().equals(tenure)) {
            present = begin(tenure);
        }
        for (RequestRecord request : reader.poll(POLL)) {
            present.frontier().begun(request.offset());
            if (!reception.take(tenure, request)) {
                present.frontier().ended(request.offset());
            }
        }
        commit(present.frontier());
    }

    private Stretch begin(Tenure tenure) {
        if (tenure.partition() >= Topics.FIRST_REQUEST_PARTITIONS) {
            grow.accept(tenure.partition() + 1);
        }
        committed = reader.begin(tenure.partition());
        Stretch begun = new Stretch(tenure, new Frontier(committed));
        stretch = begun;
        lease.open();
        log.info("synchronous calls come by partition {}", tenure.partition());
        return begun;
    }

    private void commit(Frontier frontier) {
        long done = frontier.offset();
        if (done != committed && System.nanoTime() - committedAt > COMMIT_NANOS) {
            reader.commit(done);
            committed = done;
            committedAt = System.nanoTime();
        }
    }

    private void end() {
        try (reader) {
            Stretch last = stretch;
            if (last != null && last.frontier().offset() != committed) {
                reader.commitAndWait(last.frontier().offset());
            }
        } catch (KafkaException e) {
            log.debug("the last commit of calls was not taken: the successor finds what has ended", e);
        }
    }
}
