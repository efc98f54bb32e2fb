package dev.millrace.kafka.queue;

import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.TopicAdmin;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which processes accept events, this one among them. Each is a member of a consumer group that reads nothing: so they
 * are known where events are stored, whatever else is away, and Kafka itself notices when one dies.
 *
 * <p>What is known is believed for {@link #BELIEVED} and then asked again. A process that finds others when it joins
 * waits until none of them can believe any more what it knew before; one that was stopped for a while and has fallen out
 * begins anew. Thread-safe; one thread of its own.
 */
public final class AcceptingProcesses implements AutoCloseable {

    /** How old an answer may be. Well below {@link #SESSION}. */
    static final Duration BELIEVED = Duration.ofSeconds(2);

    /** How long a newcomer waits that has found others. */
    static final Duration SETTLING = BELIEVED.plusMillis(500);

    /** A process that Kafka has not heard of for so long is none any more. */
    private static final Duration SESSION = Duration.ofSeconds(6);

    /** While Kafka is away it notices by itself that this process has left. */
    private static final Duration LAST_WORD = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration LOOK_WHILE_JOINING = Duration.ofMillis(25);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(200);
    private static final Logger log = LoggerFactory.getLogger(AcceptingProcesses.class);

    private final KafkaSettings settings;
    private final TopicAdmin admin;
    private final String me;
    private final KafkaConsumer<byte[], byte[]> member;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("accepting-processes").unstarted(this::look);
    private final CountDownLatch dispatchersKnown = new CountDownLatch(1);
    private final CountDownLatch allKnown = new CountDownLatch(1);
    private volatile @Nullable View view;
    private volatile boolean closed;

    /** Of the thread alone: whether Kafka knows the group. */
    private boolean joined;

    /** Of the thread alone: since when this process is known to be in it. */
    private @Nullable Long memberSince;

    /** What a process is that accepts. */
    public enum Kind {
        DISPATCHER("accepting-dispatcher-"),
        ADAPTERS("accepting-adapters-");

        private final String mark;

        Kind(String mark) {
            this.mark = mark;
        }
    }

    /** Who accepts, as far as this process may say that it is one of them; as of {@code System.nanoTime}. */
    private record View(
            @Nullable Standing amongDispatchers, @Nullable Standing amongAll, long at) {}

    private AcceptingProcesses(KafkaSettings settings, TopicAdmin admin, Kind kind) {
        this.settings = settings;
        this.admin = admin;
        Map<String, Object> options = settings.consumer(kind.mark + UUID.randomUUID(), settings.acceptingGroup());
        options.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic"); // Its members are asked for as such.
        options.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Math.toIntExact(SESSION.toMillis()));
        options.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_000);
        this.me = String.valueOf(options.get(ConsumerConfig.CLIENT_ID_CONFIG));
        this.member = new KafkaConsumer<>(options);
    }

    /** Joins them. Nothing has to be known yet when this returns. */
    public static AcceptingProcesses join(KafkaSettings settings, TopicAdmin admin, Kind kind) {
        AcceptingProcesses processes = new AcceptingProcesses(settings, admin, kind);
        processes.thread.start();
        return processes;
    }

    /** How this process stands among the dispatchers; empty while that is not known for certain. */
    Optional<Standing> amongDispatchers() {
        return present().map(seen -> seen.amongDispatchers());
    }

    /** How it stands among dispatchers and adapters. */
    Optional<Standing> amongAll() {
        return present().map(seen -> seen.amongAll());
    }

    /** Waits until {@link #amongDispatchers} has been known at least once; {@code false} when that took longer. */
    boolean awaitDispatchers(Duration patience) {
        return await(dispatchersKnown, patience);
    }

    /** The same of {@link #amongAll}. */
    boolean awaitAll(Duration patience) {
        return await(allKnown, patience);
    }

    private static boolean await(CountDownLatch known, Duration patience) {
        try {
            return known.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Leaves them at once; within seconds when Kafka is away. */
    @Override
    public void close() {
        thread.interrupt(); // Before it can know that it is closed: afterwards it speaks its last word undisturbed.
        closed = true;
        view = null;
        member.wakeup();
        try {
            thread.join(LAST_WORD.multipliedBy(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Then Kafka notices by itself.
        }
    }

    private Optional<View> present() {
        View seen = view;
        return seen != null && System.nanoTime() - seen.at() < BELIEVED.toNanos()
                ? Optional.of(seen)
                : Optional.empty();
    }

    private void look() {
        try {
            member.subscribe(Set.of(settings.topics().registry()), new ReadNothing());
            boolean silent = false;
            while (!closed) {
                try {
                    member.poll(allKnown.getCount() > 0 ? LOOK_WHILE_JOINING : LOOK);
                    ask();
                    silent = false;
                } catch (WakeupException e) {
                    log.trace("woken to leave", e);
                } catch (KafkaUnavailableException | KafkaException e) {
                    if (!silent && !closed) {
                        log.warn("not known who else accepts events, so none are soon; trying on: {}", e.toString());
                        silent = true;
                    }
                    LockSupport.parkNanos(PAUSE_AFTER_FAILURE.toNanos());
                }
            }
        } finally {
            boolean _ = Thread.interrupted(); // By close; leaving takes a word to Kafka.
            member.close(CloseOptions.timeout(LAST_WORD));
        }
    }

    private void ask() {
        if (!joined) {
            return; // Kafka complains about groups that nobody has joined.
        }
        long now = System.nanoTime();
        List<String> all =
                admin.members(settings.acceptingGroup()).stream().sorted().toList();
        List<String> dispatchers =
                all.stream().filter(name -> name.contains(Kind.DISPATCHER.mark)).toList();
        if (!all.contains(me)) {
            memberSince = null;
            view = null;
            return;
        }
        Long since = memberSince == null ? Long.valueOf(now) : memberSince;
        memberSince = since;
        boolean settled = now - since > SETTLING.toNanos();
        View before = view;
        Standing amongDispatchers =
                settled || dispatchers.equals(List.of(me)) || (before != null && before.amongDispatchers() != null)
                        ? standing(dispatchers)
                        : null;
        Standing amongAll = settled || all.equals(List.of(me)) || (before != null && before.amongAll() != null)
                ? standing(all)
                : null;
        view = new View(amongDispatchers, amongAll, now);
        if (amongDispatchers != null) {
            dispatchersKnown.countDown();
        }
        if (amongAll != null) {
            allKnown.countDown();
        }
    }

    /** Adapters have no place among dispatchers. */
    private @Nullable Standing standing(List<String> members) {
        int place = members.indexOf(me);
        return place < 0 ? null : new Standing(members.size(), place);
    }

    private final class ReadNothing implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            joined = true;
            member.pause(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // Nothing was read.
        }
    }
}
