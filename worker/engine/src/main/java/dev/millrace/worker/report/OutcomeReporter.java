package dev.millrace.worker.report;

import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.Topics;
import dev.millrace.kafka.Stored;
import dev.millrace.program.CrashPoint;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import dev.millrace.worker.consume.Legacy;
import dev.millrace.worker.report.LanePack.SealedPack;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries outcomes to the outcome log, then stores what follows from them, and says which deliveries are done by it. One
 * thread collects what the runs report, packs what belongs to one lane, and appends a pack when it is full or nothing
 * more is waiting; those of synchronous calls wait a moment for others. Thread-safe.
 *
 * <pre>
 *   outcome stored ──► what follows from it stored ──► done
 * </pre>
 *
 * <p>Nothing is dropped: a pack that could not be appended is appended again until the log has it, and its deliveries
 * stay open meanwhile. Memory is bounded by whoever hands deliveries out: it stops while {@link #hasRoom} says no.
 */
public final class OutcomeReporter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OutcomeReporter.class);

    /** Bytes of outcomes that may wait for the log. */
    static final long ROOM = 128L << 20;

    private static final long PASSAGE_NANOS = 20_000_000;
    private static final Duration REST = Duration.ofMillis(100);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final OutcomeLog outcomes;
    private final Consumer<List<Delivery>> done;
    private final Passage passage;
    private final Aftermath aftermath;
    private final Thread thread;

    private final List<StoredPrefix> stored =
            Stream.generate(StoredPrefix::new).limit(Topics.OUTCOME_PARTITIONS).toList();
    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();
    private final Queue<Sent> failed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean idle;
    /** It looks again in a moment. */
    private volatile boolean gathering;

    private volatile boolean closing;

    /** Of the reporter's thread alone. */
    private final Filling filling = new Filling(this::append);

    /** Of the reporter's thread alone; {@code System.nanoTime}. */
    private long retryAt = System.nanoTime();

    /**
     * @param consequences where is stored what follows from outcomes
     * @param done told which deliveries have their outcome, and all that follows from it, stored; called on any thread,
     *     must not block
     */
    public OutcomeReporter(OutcomeLog outcomes, ConsequenceStore consequences, Consumer<List<Delivery>> done) {
        this(outcomes, consequences, done, Passage.ALWAYS);
    }

    /**
     * The same on a worker that others may take over from.
     *
     * @param passage what may be told
     */
    public OutcomeReporter(
            OutcomeLog outcomes, ConsequenceStore consequences, Consumer<List<Delivery>> done, Passage passage) {
        this.outcomes = outcomes;
        this.done = done;
        this.passage = passage;
        this.aftermath = new Aftermath(consequences, done, passage);
        this.thread = Thread.ofPlatform().name("outcome-reporter").unstarted(this::collect);
    }

    /** Begins to append. */
    public void start() {
        aftermath.start();
        thread.start();
    }

    /**
     * Takes the outcome with which a delivery ends, be it of the invocation or of an attempt, and what follows from it.
     * Appending may wait until {@link #wake}, so that what ends within moments travels together.
     */
    public void ended(Delivery delivery, byte[] outcome, List<Consequence> consequences) {
        put(new Report(delivery, outcome, consequences));
    }

    /** Takes what follows from an outcome that the log has already, left behind by a worker that is gone. */
    public void endedBefore(Delivery delivery, List<Consequence> consequences) {
        aftermath.follows(delivery, consequences, () -> {});
    }

    /**
     * Before which offset of this partition of the outcome log everything that this worker stored there has been told as
     * done; {@link Legacy#UNKNOWN} when it has stored nothing there.
     */
    public long storedBefore(int outcomePartition) {
        return stored.get(outcomePartition).before();
    }

    /** Says that what was reported should wait no longer. Cheap. */
    public void wake() {
        if (idle) {
            LockSupport.unpark(thread);
        }
    }

    /** Says that a call was reported, which may wait a moment for others. Cheap. */
    public void wakeForCall() {
        if (idle && !gathering) {
            LockSupport.unpark(thread);
        }
    }

    /** Whether the outcomes that wait for the log leave room for more. */
    public boolean hasRoom() {
        return waitingBytes.get() < ROOM;
    }

    /** Deliveries reported whose outcome, or something that follows from it, is not stored yet. */
    public int backlog() {
        return waiting.get() + aftermath.backlog();
    }

    /** What Kafka refused in a row, packs and consequences, since it last took one; 0 when all is well. */
    public int failures() {
        return failures.get() + aftermath.failures();
    }

    /**
     * Appends what was reported before, waits for the log's word, and ends. What the log does not take by then stays
     * open and is run again by others.
     */
    public void finish(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        closing = true;
        LockSupport.unpark(thread);
        thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        if (thread.isAlive()) {
            log.warn("{} outcomes could not be stored in time; their events will be run again", waiting.get());
        }
        aftermath.finish(Duration.ofNanos(deadline - System.nanoTime()));
    }

    /** Ends without waiting for anything. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        aftermath.close();
    }

    /** A pack that was sent, and its place in the log. */
    private record Sent(LaneId lane, SealedPack pack, StoredPrefix.Pack place) {}

    private void put(Report report) {
        waiting.getAndIncrement();
        waitingBytes.getAndAdd(report.outcome().length);
        reports.add(report);
    }

    private void collect() {
        while (!Thread.currentThread().isInterrupted() && !(closing && waiting.get() == 0)) {
            Report report = reports.poll();
            if (report != null) {
                filling.add(report, System.nanoTime());
            } else {
                if (closing) {
                    filling.appendAll();
                } else {
                    filling.appendDue(System.nanoTime());
                }
                retryFailed();
                rest();
            }
        }
    }

    private void append(LanePack filled) {
        SealedPack pack = filled.seal();
        OutcomeHeading heading = pack.heading();
        StoredPrefix.Pack place = stored.get(Topics.outcomePartition(heading.trigger(), heading.partition()))
                .sent();
        place.followedBy(pack.followed().size());
        append(new Sent(filled.lane(), pack, place));
    }

    private void append(Sent sent) {
        SealedPack pack = sent.pack();
        awaitPassage();
        if (passage.isLost(sent.lane())) {
            drop(sent);
            return;
        }
        Stored stored = new Stored() {
            @Override
            public void stored(long offset) {
                sent.place().storedAt(offset);
                finish(sent);
            }

            @Override
            public void failed(Exception why) {
                keep(sent, why);
            }
        };
        try {
            outcomes.append(pack.heading(), pack.bytes(), stored);
        } catch (RuntimeException e) {
            keep(sent, e);
        }
    }

    /** No outcome of a process that stood still is told before it is known whether it is still a member. */
    private void awaitPassage() {
        while (!passage.isOpen() && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, PASSAGE_NANOS);
        }
    }

    /** Others own the lane and bring its events to their outcomes. */
    private void drop(Sent sent) {
        SealedPack pack = sent.pack();
        log.warn(
                "{} outcomes of {} are dropped: lane {} is another worker's",
                pack.outcomes(),
                pack.heading().ref(),
                sent.lane());
        waitingBytes.getAndAdd(-pack.payload());
        pack.followed().forEach(report -> sent.place().settled());
        sent.place().settled();
        waiting.addAndGet(-pack.outcomes());
    }

    private void finish(Sent sent) {
        SealedPack pack = sent.pack();
        if (failures.getAndSet(0) > 0) {
            log.info("the outcome log takes outcomes again");
        }
        CrashPoint.AFTER_OUTCOME_BEFORE_COMMIT.reached();
        if (pack.followed().stream().anyMatch(report -> !report.consequences().isEmpty())) {
            CrashPoint.AFTER_OUTCOME_BEFORE_CONSEQUENCE.reached();
        }
        waitingBytes.getAndAdd(-pack.payload());
        pack.followed()
                .forEach(report -> aftermath.follows(report.delivery(), report.consequences(), sent.place()::settled));
        if (!pack.finished().isEmpty()) {
            done.accept(pack.finished());
        }
        sent.place().settled();
        if (waiting.addAndGet(-pack.outcomes()) == 0 && closing) {
            LockSupport.unpark(thread);
        }
    }

    private void keep(Sent sent, Exception why) {
        if (failures.getAndIncrement() == 0) {
            log.warn(
                    "the outcome log did not take {} outcomes of {}; they are kept and tried again, no event is lost: {}",
                    sent.pack().outcomes(),
                    sent.pack().heading().ref(),
                    why.toString());
        }
        failed.add(sent);
    }

    /** One pack asks for all, so that a log that is down is not asked a hundred times a second. */
    private void retryFailed() {
        if (failed.isEmpty() || System.nanoTime() - retryAt < 0) {
            return;
        }
        Sent sent = failed.poll();
        while (sent != null) {
            append(sent);
            sent = failures.get() == 0 ? failed.poll() : null;
        }
        int doublings = Math.clamp(failures.get(), 0, 10);
        retryAt = System.nanoTime() + Math.min(LONGEST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() << doublings);
    }

    private void rest() {
        gathering = !filling.isEmpty();
        idle = true;
        if (reports.isEmpty() && !(closing && waiting.get() == 0)) {
            park();
        }
        idle = false;
    }

    private void park() {
        long now = System.nanoTime();
        long pause = failed.isEmpty() ? REST.toNanos() : retryAt - now;
        LockSupport.parkNanos(this, Math.clamp(filling.nanosLeft(now, pause), 1, REST.toNanos()));
    }
}
