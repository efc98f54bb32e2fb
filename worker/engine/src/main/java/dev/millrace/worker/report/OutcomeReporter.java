package dev.millrace.worker.report;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.kafka.OutcomeWriter;
import dev.millrace.program.CrashPoint;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.report.LanePack.SealedPack;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries outcomes to the outcome log and says which deliveries are done by it. One thread collects what the runs
 * report, packs what belongs to one lane, and appends a pack when it is full or nothing more is waiting. Thread-safe.
 *
 * <p>Nothing is dropped: a pack that could not be appended is appended again until the log has it, and its deliveries
 * stay open meanwhile. Memory is bounded by whoever hands deliveries out: it stops while {@link #hasRoom} says no.
 */
public final class OutcomeReporter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OutcomeReporter.class);

    /** Bytes of outcomes that may wait for the log. */
    static final long ROOM = 128L << 20;

    private static final Duration REST = Duration.ofMillis(100);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final OutcomeLog outcomes;
    private final Consumer<List<Delivery>> done;
    private final Thread thread;

    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();
    private final Queue<SealedPack> failed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean idle;
    private volatile boolean closing;

    /** Of the reporter's thread alone. */
    private final Map<Long, LanePack> filling = new HashMap<>();

    /** Of the reporter's thread alone; {@code System.nanoTime}. */
    private long retryAt = System.nanoTime();

    /** @param done told which deliveries' outcomes the log has; called on any thread, must not block */
    public OutcomeReporter(OutcomeLog outcomes, Consumer<List<Delivery>> done) {
        this.outcomes = outcomes;
        this.done = done;
        this.thread = Thread.ofPlatform().name("outcome-reporter").unstarted(this::collect);
    }

    /** Begins to append. */
    public void start() {
        thread.start();
    }

    /**
     * Takes the last outcome of a delivery. Appending may wait until {@link #wake}, so that what ends within moments
     * travels together.
     */
    public void last(Delivery delivery, byte[] outcome) {
        put(new Report(delivery, outcome, true));
    }

    /** Takes an outcome that another attempt on this worker follows: it is shown, and the delivery stays open. */
    public void interim(Delivery delivery, byte[] outcome) {
        put(new Report(delivery, outcome, false));
    }

    /** Says that what was reported should wait no longer. Cheap. */
    public void wake() {
        if (idle) {
            LockSupport.unpark(thread);
        }
    }

    /** Whether the outcomes that wait for the log leave room for more. */
    public boolean hasRoom() {
        return waitingBytes.get() < ROOM;
    }

    /** Outcomes reported that the log does not have yet. */
    public int backlog() {
        return waiting.get();
    }

    /** Packs the log refused in a row, since it last took one; 0 when all is well. */
    public int failures() {
        return failures.get();
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
            log.warn("{} outcomes could not be stored in time; their events will be run again", backlog());
        }
    }

    /** Ends without waiting for anything. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
    }

    private void put(Report report) {
        waiting.getAndIncrement();
        waitingBytes.getAndAdd(report.outcome().length);
        reports.add(report);
    }

    private void collect() {
        while (!Thread.currentThread().isInterrupted() && !(closing && waiting.get() == 0)) {
            Report report = reports.poll();
            if (report != null) {
                pack(report);
            } else {
                filling.values().forEach(this::append);
                filling.clear();
                retryFailed();
                rest();
            }
        }
    }

    private void pack(Report report) {
        EventAddress address = report.delivery().address();
        long lane = ((long) address.trigger() << 14) | address.partition();
        LanePack pack = filling.get(lane);
        if (pack != null && !pack.hasRoomFor(report)) {
            append(pack);
            pack = null;
        }
        if (pack == null) {
            pack = new LanePack(headingOf(report.delivery()));
            filling.put(lane, pack);
        }
        pack.add(report);
    }

    private static OutcomeHeading headingOf(Delivery delivery) {
        EventAddress address = delivery.address();
        return new OutcomeHeading(
                address.trigger(),
                address.partition(),
                delivery.trigger().ref(),
                delivery.trigger().spec().type());
    }

    private void append(LanePack pack) {
        append(pack.seal());
    }

    private void append(SealedPack pack) {
        OutcomeWriter.Stored stored = new OutcomeWriter.Stored() {
            @Override
            public void stored() {
                finish(pack);
            }

            @Override
            public void failed(Exception why) {
                keep(pack, why);
            }
        };
        try {
            outcomes.append(pack.heading(), pack.bytes(), stored);
        } catch (RuntimeException e) {
            keep(pack, e);
        }
    }

    private void finish(SealedPack pack) {
        if (failures.getAndSet(0) > 0) {
            log.info("the outcome log takes outcomes again");
        }
        CrashPoint.AFTER_OUTCOME_BEFORE_COMMIT.reached();
        waitingBytes.getAndAdd(-pack.payload());
        done.accept(pack.finished());
        if (waiting.addAndGet(-pack.outcomes()) == 0 && closing) {
            LockSupport.unpark(thread);
        }
    }

    private void keep(SealedPack pack, Exception why) {
        if (failures.getAndIncrement() == 0) {
            log.warn(
                    "the outcome log did not take {} outcomes of {}; they are kept and tried again, no event is lost: {}",
                    pack.outcomes(),
                    pack.heading().ref(),
                    why.toString());
        }
        failed.add(pack);
    }

    /** One pack asks for all, so that a log that is down is not asked a hundred times a second. */
    private void retryFailed() {
        if (failed.isEmpty() || System.nanoTime() - retryAt < 0) {
            return;
        }
        SealedPack pack = failed.poll();
        while (pack != null) {
            append(pack);
            pack = failures.get() == 0 ? failed.poll() : null;
        }
        int doublings = Math.clamp(failures.get(), 0, 10);
        retryAt = System.nanoTime() + Math.min(LONGEST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() << doublings);
    }

    private void rest() {
        idle = true;
        if (reports.isEmpty() && !(closing && waiting.get() == 0)) {
            long pause = failed.isEmpty() ? REST.toNanos() : retryAt - System.nanoTime();
            LockSupport.parkNanos(this, Math.clamp(pause, 1, REST.toNanos()));
        }
        idle = false;
    }
}
