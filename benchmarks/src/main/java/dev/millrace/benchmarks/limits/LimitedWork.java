package dev.millrace.benchmarks.limits;

import dev.millrace.benchmarks.latency.OpenEvents;
import dev.millrace.benchmarks.stage.NotingWorkerCommand;
import dev.millrace.benchmarks.stage.NotingWorkers;
import dev.millrace.benchmarks.stage.RunNotes.Life;
import dev.millrace.benchmarks.stage.Stage;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.TriggerDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A function with a limit, and a queue of it that is kept from being empty, or from being anything else. Of one thread. */
final class LimitedWork {

    private static final int RUN_MILLIS = 50;
    private static final int WAITING = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Stage stage;
    private final NotingWorkers workers;
    private final OpenEvents open;
    private TriggerDefinition trigger;
    private int limit;
    private int published;
    private int probed;
    private volatile boolean flowing;
    private Thread flow = new Thread();

    LimitedWork(Stage stage, NotingWorkers workers, OpenEvents open, int limit) {
        this.stage = stage;
        this.workers = workers;
        this.open = open;
        this.limit = limit;
        this.trigger = stage.define(NotingWorkerCommand.FUNCTION, limit);
    }

    /** Says what limit holds from now on. */
    void limit(int now) {
        limit = now;
        trigger = stage.define(NotingWorkerCommand.FUNCTION, now);
    }

    /** Waits until every worker that lives reads a partition, which one event in each shows. */
    void settle() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        do {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("a worker reads no partition after " + PATIENCE);
            }
            probed = published;
            for (int partition = 0; partition < trigger.partitions(); partition++) {
                publish(partition, 1).join();
            }
            awaitNone();
        } while (!living().stream().allMatch(life -> probes(life).findAny().isPresent()));
    }

    /** Keeps events waiting in every partition. */
    void flow() {
        flowing = true;
        flow = Thread.ofPlatform().name("flow").start(() -> {
            while (flowing) {
                if (open.size() < WAITING) {
                    List<CompletableFuture<Void>> batch = new ArrayList<>();
                    for (int i = 0; i < WAITING / 4; i++) {
                        batch.add(publish(i % trigger.partitions(), RUN_MILLIS));
                    }
                    batch.forEach(CompletableFuture::join);
                } else {
                    pause();
                }
            }
        });
    }

    /** Lets no more in, and waits until all have ended. */
    void drain() throws InterruptedException {
        flowing = false;
        flow.join();
        awaitNone();
    }

    /**
     * The older worker runs as many as the limit allows and then has nothing more to do; how long it takes from the first event for
     * the younger one until that runs as many.
     */
    long moved() throws InterruptedException {
        burst(partitionOf(0));
        long at = System.currentTimeMillis();
        burst(partitionOf(1));
        return RunCurve.of(living().subList(1, 2)).millisUntilReached(limit, at);
    }

    private void burst(int partition) throws InterruptedException {
        IntStream.range(0, 40 * limit)
                .mapToObj(i -> publish(partition, RUN_MILLIS))
                .toList()
                .forEach(CompletableFuture::join);
        awaitNone();
    }

    /** An event that runs for a while, and has begun. */
    void occupy(Duration time) throws InterruptedException {
        int number = published;
        publish(0, Math.toIntExact(time.toMillis())).join();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (workers.soFar().stream().noneMatch(life -> begins(life, number))) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("event " + number + " does not begin");
            }
            pause();
        }
    }

    /** How many there were at once until now. */
    RunCurve curve() {
        return RunCurve.of(workers.soFar());
    }

    @Override
    public String toString() {
        return open.acceptedEver() + " events, " + open.size() + " open, never more than "
                + curve().most(0, Long.MAX_VALUE) + " at once";
    }

    private List<Life> living() {
        return workers.soFar().stream()
                .filter(life -> life.killedAt() == Life.NOT_KILLED)
                .toList();
    }

    /** A partition that this one of the living reads. */
    private int partitionOf(int worker) {
        return probes(living().get(worker)).findFirst().orElseThrow();
    }

    /** The partitions of which it had the last probes. */
    private IntStream probes(Life life) {
        return life.notes().stream()
                .filter(note -> note.begins() && note.event() >= probed && note.event() < probed + trigger.partitions())
                .mapToInt(note -> note.event() - probed);
    }

    private static boolean begins(Life life, int event) {
        return life.notes().stream().anyMatch(note -> note.begins() && note.event() == event);
    }

    private CompletableFuture<Void> publish(int partition, int millis) {
        byte[] event = NotingWorkerCommand.event(published++, millis);
        return stage.publisher()
                .publishAsync(trigger, partition, EventHeader.accepted(System.currentTimeMillis()), event)
                .thenAccept(open::accepted);
    }

    private void awaitNone() throws InterruptedException {
        if (!open.awaitNone(PATIENCE)) {
            throw new IllegalStateException(open.size() + " events have not ended within " + PATIENCE);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this", e);
        }
    }
}
