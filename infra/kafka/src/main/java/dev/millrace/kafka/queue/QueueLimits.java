package dev.millrace.kafka.queue;

import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerType;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.NotStoredException;
import dev.millrace.kafka.QueueFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets events into their queues as long as these are not full. Never more than the limit, however many processes accept
 * at the same time and whatever is away but Kafka; a little less with several, see {@link Share}. An event that comes in
 * costs a comparison; what queues hold is read beside, when a good part of what was granted is used up. Thread-safe; one
 * thread of its own.
 */
public final class QueueLimits implements AutoCloseable {

    /** So long a caller waits until it is known whether there is room. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** So long a full queue is taken for full without another look. */
    private static final Duration FULL_BELIEVED = Duration.ofMillis(100);

    /** Readings that nobody waits for are so far apart. */
    private static final Duration READ_APART = Duration.ofMillis(20);

    /** How long what rests in delay topics may be read at once, while callers wait. */
    private static final Duration READ_RESTING = Duration.ofSeconds(1);

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(QueueLimits.class);

    private final QueueDepths depths;
    private final AcceptingProcesses processes;
    private final ToIntFunction<TriggerDefinition> limits;
    private final Map<Integer, Entrance> entrances = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<Wanted> wanted = new LinkedBlockingQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("queue-limits").unstarted(this::readUntilClosed);
    private volatile boolean closed;

    /** A queue whose depth is to be read. */
    private record Wanted(Entrance entrance, TriggerDefinition trigger) {}

    /** One whose depth is being read. */
    private record Asked(Entrance entrance, TriggerDefinition trigger, long settledBefore, long at) {}

    /**
     * Begins to watch.
     *
     * @param limits how many events each queue may hold
     */
    public QueueLimits(QueueDepths depths, AcceptingProcesses processes, ToIntFunction<TriggerDefinition> limits) {
        this.depths = depths;
        this.processes = processes;
        this.limits = limits;
        thread.start();
    }

    /** The right to bring one event into a queue. */
    public interface Entry {

        /** The event is in its topic for everybody to see, or will never be. To be said once. */
        void settle();
    }

    /**
     * Lets one event in. Waits, for some seconds at most, only when it is not known whether there is room.
     *
     * @throws QueueFullException when there is none
     * @throws NotStoredException when Kafka does not tell in time
     */
    public Entry enter(TriggerDefinition trigger) throws NotStoredException {
        Entrance entrance = entrances.computeIfAbsent(trigger.number(), number -> new Entrance());
        if (!passes(entrance, trigger, limits.applyAsInt(trigger))) {
            waitForRoom(entrance, trigger);
        }
        return entrance;
    }

    /** Stops watching; nobody comes in any more whose queue would have to be read. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // It ends by itself.
        }
    }

    private boolean passes(Entrance entrance, TriggerDefinition trigger, int limit) {
        Optional<Standing> standing = standing(trigger);
        if (standing.isEmpty() || !entrance.share().tryTake(standing.get(), limit)) {
            return false;
        }
        if (entrance.share().isLow()) {
            want(entrance, trigger);
        }
        return true;
    }

    private void waitForRoom(Entrance entrance, TriggerDefinition trigger) throws NotStoredException {
        Duration joining = AcceptingProcesses.SETTLING.plus(PATIENCE);
        if (!(isApi(trigger) ? processes.awaitDispatchers(joining) : processes.awaitAll(joining))) {
            throw new NotStoredException("Kafka does not tell who else accepts events", null);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            long readings = entrance.readings();
            int limit = limits.applyAsInt(trigger);
            if (passes(entrance, trigger, limit)) {
                return;
            }
            Share.Grant grant = entrance.share().grant();
            if (grant != null && grant.isFull() && grant.limit() == limit && isFresh(grant)) {
                throw new QueueFullException(trigger.ref(), grant.depth(), limit, grant.isShrinking() ? SOON : LATER);
            }
            want(entrance, trigger);
            if (!entrance.awaitMoreThan(readings, deadline)) {
                throw new NotStoredException(
                        "Kafka does not tell how full the queue of " + trigger.ref() + " is", null);
            }
        }
    }

    private static boolean isFresh(Share.Grant grant) {
        return System.nanoTime() - grant.at() < FULL_BELIEVED.toNanos();
    }

    private Optional<Standing> standing(TriggerDefinition trigger) {
        return isApi(trigger) ? processes.amongDispatchers() : processes.amongAll();
    }

    /** Only dispatchers accept events of these; events of other triggers may come through both programs. */
    private static boolean isApi(TriggerDefinition trigger) {
        return trigger.spec().type() == TriggerType.API;
    }

    private void want(Entrance entrance, TriggerDefinition trigger) {
        if (entrance.want()) {
            wanted.add(new Wanted(entrance, trigger));
        }
    }

    private void readUntilClosed() {
        List<Wanted> some = new ArrayList<>();
        try {
            while (!closed) {
                some.add(wanted.take());
                wanted.drainTo(some);
                boolean read = read(some);
                some.forEach(each -> each.entrance().hasBeenRead());
                if (!read || some.stream().noneMatch(each -> each.entrance().isAwaited())) {
                    TimeUnit.NANOSECONDS.sleep(READ_APART.toNanos());
                }
                some.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed.
        }
    }

    private boolean read(List<Wanted> some) {
        some.forEach(each -> each.entrance().reading());
        List<Asked> asked = some.stream()
                .map(each -> new Asked(
                        each.entrance(), each.trigger(), each.entrance().share().settled(), System.nanoTime()))
                .toList();
        try {
            Map<TriggerDefinition, QueueDepth> found = depths(asked);
            asked.forEach(each -> grant(each, found));
            return true;
        } catch (KafkaUnavailableException e) {
            log.debug("not known how full {} queues are", some.size(), e);
            return false;
        }
    }

    /** What rests, of whomever, counts for all as long as that makes no difference. */
    private Map<TriggerDefinition, QueueDepth> depths(List<Asked> asked) {
        List<TriggerDefinition> triggers = asked.stream().map(Asked::trigger).toList();
        Map<TriggerDefinition, QueueDepth> bounds = depths.atMost(triggers);
        boolean matters =
                bounds.entrySet().stream().anyMatch(bound -> restingMatters(bound.getKey(), bound.getValue()));
        return matters ? depths.exactly(triggers, READ_RESTING).orElse(bounds) : bounds;
    }

    private boolean restingMatters(TriggerDefinition trigger, QueueDepth bound) {
        int limit = limits.applyAsInt(trigger);
        return standing(trigger)
                .map(standing -> standing.room(bound.total(), limit) < standing.room(bound.queued(), limit))
                .orElse(false);
    }

    private void grant(Asked asked, Map<TriggerDefinition, QueueDepth> found) {
        QueueDepth depth = found.get(asked.trigger());
        if (depth == null) {
            return; // Defined anew while it was read.
        }
        standing(asked.trigger())
                .ifPresent(standing -> asked.entrance()
                        .share()
                        .granted(
                                asked.settledBefore(),
                                depth.total(),
                                limits.applyAsInt(asked.trigger()),
                                standing,
                                asked.at()));
    }
}
