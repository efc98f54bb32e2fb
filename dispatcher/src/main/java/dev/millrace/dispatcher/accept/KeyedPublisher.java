package dev.millrace.dispatcher.accept;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.EventSearch;
import dev.millrace.kafka.NotStoredException;
import dev.millrace.kafka.StorageUnknownException;
import dev.millrace.kafka.queue.LimitedPublisher;
import dev.millrace.program.CrashPoint;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.Reservation;
import dev.millrace.redis.Reservations;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the events of requests with an idempotency key: whoever repeats a request within a day gets the request ID of
 * the first. Thread-safe.
 *
 * <p>The key is reserved in Redis before the event is stored, and the event's address is added afterwards. A dispatcher
 * that dies in between leaves a reservation without an address; whoever comes next looks for the event itself, in the one
 * partition it can lie in, from the time of the reservation on. The event carries the key as its dedup key: should two
 * be stored after all (Redis was away, or lost the reservation), workers run the first only.
 */
public final class KeyedPublisher {

    /** Longer than a publisher needs to store an event or to give it up. */
    private static final Duration HELD = Duration.ofSeconds(5);

    /** How long a caller waits for another one who holds his key. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    /** A Redis that hangs must not make the caller wait: the event is stored all the same. */
    private static final Duration REDIS_BOUND = Duration.ofMillis(400);

    /** An event stored later than this after its reservation was stored by another request. */
    private static final Duration SEARCHED = Duration.ofSeconds(60);

    private static final Logger log = LoggerFactory.getLogger(KeyedPublisher.class);

    private final LimitedPublisher publisher;
    private final EventSearch search;
    private final Reservations reservations;
    private final InstantSource clock;

    public KeyedPublisher(
            LimitedPublisher publisher, EventSearch search, Reservations reservations, InstantSource clock) {
        this.publisher = publisher;
        this.search = search;
        this.reservations = reservations;
        this.clock = clock;
    }

    /**
     * Stores an event, or finds the one that an earlier request with this key has stored.
     *
     * @param header gets the dedup key
     * @throws KeyConflictException when the key is another event's, or in use at this moment
     * @throws NotStoredException when it was not stored and never will be
     * @throws StorageUnknownException when the broker did not tell in time; the same request can be repeated
     */
    public Accepted publish(TriggerDefinition trigger, String key, EventHeader header, byte[] event)
            throws KeyConflictException, NotStoredException, StorageUnknownException, InterruptedException {
        int partition = Math.floorMod(key.hashCode(), trigger.partitions());
        Request request = new Request(trigger, key, header.withDedupKey("key:" + key), event);
        Reservation mine = reservation(request, partition);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<Reservations.Held> held;
            try {
                held = bounded(() -> reservations.reserve(trigger.number(), key, mine));
            } catch (RedisUnavailableException e) {
                log.debug("an event is stored without a reservation of its key", e);
                return new Accepted(publisher.publish(trigger, partition, request.header(), event), false);
            }
            if (held.isEmpty()) {
                return store(request, mine);
            }
            Optional<Accepted> accepted = resolve(request, held.get(), mine.fingerprint());
            if (accepted.isPresent()) {
                return accepted.get();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new KeyConflictException(KeyConflictException.Reason.IN_USE);
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // Handed through.
    private record Request(TriggerDefinition trigger, String key, EventHeader header, byte[] event) {}

    /** Somebody holds the key: his event is this one's; if he has vanished before he stored it, this one takes over. */
    private Optional<Accepted> resolve(Request request, Reservations.Held held, String fingerprint)
            throws KeyConflictException, NotStoredException, StorageUnknownException {
        Reservation theirs = held.reservation();
        int trigger = request.trigger().number();
        if (!theirs.fingerprint().equals(fingerprint)) {
            throw new KeyConflictException(KeyConflictException.Reason.OTHER_EVENT);
        }
        if (theirs.offset() != null) {
            return Optional.of(new Accepted(new EventAddress(trigger, theirs.partition(), theirs.offset()), true));
        }
        long until = theirs.reservedAt() + SEARCHED.toMillis();
        Optional<EventAddress> stored = search.find(
                trigger,
                theirs.partition(),
                theirs.reservedAt(),
                until,
                String.valueOf(request.header().dedupKey()));
        if (stored.isPresent()) {
            settle(request, theirs, stored.get());
            return Optional.of(new Accepted(stored.get(), true));
        }
        if (held.age().compareTo(HELD) < 0) {
            return Optional.empty();
        }
        Reservation mine = reservation(request, theirs.partition());
        return reservations.takeOver(trigger, request.key(), theirs, mine)
                ? Optional.of(store(request, mine))
                : Optional.empty();
    }

    private Accepted store(Request request, Reservation mine) throws NotStoredException, StorageUnknownException {
        EventAddress address;
        CrashPoint.BEFORE_PUBLISH.reached();
        try {
            address = publisher.publish(request.trigger(), mine.partition(), request.header(), request.event());
        } catch (NotStoredException e) {
            Thread.startVirtualThread(() -> release(request, mine));
            throw e;
        }
        CrashPoint.AFTER_PUBLISH_BEFORE_ANSWER.reached();
        return settle(request, mine, address);
    }

    /** Whoever was stopped for so long that another one took over hears of the other's event: that one counts. */
    private Accepted settle(Request request, Reservation held, EventAddress address) {
        int trigger = request.trigger().number();
        try {
            Optional<Reservation> now =
                    bounded(() -> reservations.settle(trigger, request.key(), held, address.offset()));
            Long other = now.filter(present -> !present.holder().equals(held.holder()))
                    .map(Reservation::offset)
                    .orElse(null);
            return other == null
                    ? new Accepted(address, false)
                    : new Accepted(new EventAddress(trigger, address.partition(), other), true);
        } catch (RedisUnavailableException e) {
            log.debug("{} was stored; whoever repeats its key will look for it", address, e);
            return new Accepted(address, false);
        }
    }

    private void release(Request request, Reservation mine) {
        try {
            reservations.release(request.trigger().number(), request.key(), mine);
        } catch (RedisUnavailableException e) {
            log.debug("a key stays reserved although nothing was stored; the next one takes it over", e);
        }
    }

    private Reservation reservation(Request request, int partition) {
        String holder = UUID.randomUUID().toString().replace("-", "");
        return new Reservation(fingerprint(request.event()), partition, clock.millis(), holder, null);
    }

    private static String fingerprint(byte[] event) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(event);
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static <T> T bounded(Callable<T> question) {
        FutureTask<T> answer = new FutureTask<>(question);
        Thread.startVirtualThread(answer);
        try {
            return answer.get(REDIS_BOUND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        } catch (TimeoutException e) {
            throw new RedisUnavailableException("Redis did not answer an idempotency key in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisUnavailableException("interrupted while Redis was asked for an idempotency key", e);
        }
    }
}
