package dev.millrace.dispatcher.wait;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.OutcomePack;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.OutcomeReader;
import dev.millrace.kafka.OutcomeRecord;
import dev.millrace.redis.Lookup;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.ResultReader;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for outcomes by reading the end of the outcome log: one consumer, owned by one thread, for any number of waiting
 * callers. A partition is read only while somebody waits for an outcome that comes by it, and {@link #KEPT} longer.
 * Thread-safe.
 *
 * <p>Nothing falls between the look into Redis and the waiting: Redis says with one word that it does not have an outcome
 * and up to which offset it has all of them, and the tail begins there.
 */
public final class OutcomeTail implements AutoCloseable {

    /** How long a partition goes on being read after nobody waits any more. */
    static final Duration KEPT = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(OutcomeTail.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    /** How soon Redis is asked again while it cannot tell what it has. */
    private static final Duration ASK_AGAIN = Duration.ofMillis(250);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private final ResultReader results;
    private final OutcomeReader reader;
    private final TailedPartitions partitions;
    private final LinkedBlockingDeque<Wish> wishes = new LinkedBlockingDeque<>();
    private final Thread thread;
    private volatile boolean closing;

    /**
     * Reads nothing until somebody waits.
     *
     * @param results where outcomes are found that were recorded before
     */
    public OutcomeTail(KafkaSettings kafka, ResultReader results) {
        this.results = results;
        this.reader = OutcomeReader.of(kafka, "outcome-tail", Map.of());
        this.partitions = new TailedPartitions(reader, System::nanoTime);
        this.thread = Thread.ofPlatform().name("outcome-tail").start(this::tail);
    }

    /**
     * Waits until an invocation has ended. Blocks the caller, who should be a virtual thread.
     *
     * @param patience how long at most
     * @return what is known then: finished, or, when patience or the dispatcher came to an end, whatever there is
     * @throws RedisUnavailableException Redis does not answer, and the end was not seen either
     * @throws InterruptedException the caller is to stop
     */
    public Lookup await(EventAddress address, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<Lookup> known = find(address);
        while (placeToBegin(known).isEmpty() && !isFinished(known) && !closing && System.nanoTime() - deadline < 0) {
            // What was seen now need not be the first end, and the first may have come by before: Redis has to tell.
            awaitTerminal(address, OptionalLong.empty(), left(deadline, ASK_AGAIN));
            known = find(address);
        }
        if (isFinished(known)) {
            return known.orElseThrow();
        }
        OptionalLong from = placeToBegin(known);
        if (from.isEmpty()) {
            return results.find(address);
        }
        Optional<OutcomePack.Entry> end = awaitTerminal(address, from, left(deadline, patience));
        return end.isPresent() ? confirm(end.get()) : results.find(address);
    }

    /**
     * Follows an invocation's outcomes that Redis did not have yet. To be closed.
     *
     * @param known what Redis said: everything after that is told
     */
    public Following follow(EventAddress address, Lookup known, OutcomeListener listener) {
        return follow(address, searchedUpTo(known), listener);
    }

    /** Wakes everybody who waits, and stops reading. */
    @Override
    public void close() {
        closing = true;
        reader.wakeup();
        wishes.add(new Wish.Wake());
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // The thread ends soon by itself; leaving it behind would leak its consumer.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Somebody's interest in an invocation. */
    public interface Following extends AutoCloseable {
        @Override
        void close();
    }

    private Following follow(EventAddress address, OptionalLong from, OutcomeListener listener) {
        Watch watch = new Watch(address, from, listener);
        tell(new Wish.Begin(watch));
        if (closing) {
            // The thread may have looked at its wishes for the last time already.
            listener.tailClosed();
        }
        return () -> tell(new Wish.End(watch));
    }

    private static boolean isFinished(Optional<Lookup> known) {
        return known.isPresent() && known.get() instanceof Lookup.Finished;
    }

    private static OptionalLong placeToBegin(Optional<Lookup> known) {
        return known.isPresent() ? searchedUpTo(known.get()) : OptionalLong.empty();
    }

    private static Duration left(long deadline, Duration most) {
        return Duration.ofNanos(Math.clamp(deadline - System.nanoTime(), 0, most.toNanos()));
    }

    private Optional<Lookup> find(EventAddress address) {
        try {
            return Optional.of(results.find(address));
        } catch (RedisUnavailableException e) {
            return Optional.empty(); // The end may still be seen, and Redis may be back by then.
        }
    }

    private Optional<OutcomePack.Entry> awaitTerminal(EventAddress address, OptionalLong from, Duration patience)
            throws InterruptedException {
        End end = new End();
        Following following = follow(address, from, end);
        try {
            return Optional.ofNullable(end.seen.get(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // Nobody completes it so.
        } finally {
            following.close();
        }
    }

    /** The end was seen in a stretch that begins where Redis was searched: it is the first. */
    private Lookup confirm(OutcomePack.Entry end) {
        try {
            return results.confirm(end);
        } catch (RedisUnavailableException e) {
            return decoded(end); // Redis gets it from the recorder when it is back.
        }
    }

    private static Lookup.Finished decoded(OutcomePack.Entry end) {
        try {
            OutcomePack.Decoded decoded = OutcomePack.decode(end.stored());
            return new Lookup.Finished(decoded.heading(), decoded.outcomes().getFirst());
        } catch (MalformedException e) {
            throw new IllegalStateException("the outcome of " + end.address() + " is not readable", e);
        }
    }

    private static OptionalLong searchedUpTo(Lookup known) {
        return switch (known) {
            case Lookup.Absent(long upTo) -> OptionalLong.of(upTo);
            case Lookup.Unfinished unfinished -> OptionalLong.of(unfinished.recordedUpTo());
            case Lookup.Finished finished -> OptionalLong.empty();
            case Lookup.Rebuilding rebuilding -> OptionalLong.empty();
        };
    }

    private void tell(Wish wish) {
        wishes.add(wish);
        reader.wakeup();
    }

    private void tail() {
        try {
            while (!closing) {
                try {
                    obey();
                    read();
                } catch (WakeupException e) {
                    log.debug("a caller was in a hurry", e);
                } catch (KafkaException e) {
                    log.warn("waiting callers are told late: the outcome log cannot be read now ({})", e.getMessage());
                    TimeUnit.NANOSECONDS.sleep(PAUSE_AFTER_FAILURE.toNanos());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closing = true;
            end();
        }
    }

    /** Does what callers asked for; with nothing to read, waits for the next to ask. */
    private void obey() throws InterruptedException {
        Wish wish = partitions.isEmpty() ? wishes.take() : wishes.poll();
        for (; wish != null; wish = wishes.poll()) {
            try {
                obey(wish);
            } catch (KafkaException e) {
                wishes.addFirst(wish);
                throw e;
            }
        }
        partitions.forgetIdle();
    }

    private void obey(Wish wish) {
        switch (wish) {
            case Wish.Begin(Watch watch) -> partitions.begin(watch);
            case Wish.End(Watch watch) -> partitions.end(watch);
            case Wish.Wake() -> {}
        }
    }

    private void read() {
        if (partitions.isEmpty()) {
            return;
        }
        for (OutcomeRecord next : reader.poll(POLL)) {
            partitions.pass(next);
        }
    }

    private void end() {
        partitions.closeAll();
        for (Wish wish = wishes.poll(); wish != null; wish = wishes.poll()) {
            if (wish instanceof Wish.Begin(Watch watch)) {
                watch.listener().tailClosed();
            }
        }
        reader.close();
    }

    /** What a caller asks of the thread. */
    private sealed interface Wish {
        record Begin(Watch watch) implements Wish {}

        record End(Watch watch) implements Wish {}

        record Wake() implements Wish {}
    }

    /** Remembers the first terminal outcome. */
    private static final class End implements OutcomeListener {
        final CompletableFuture<OutcomePack.@Nullable Entry> seen = new CompletableFuture<>();

        @Override
        public void ended(OutcomePack.Entry outcome) {
            if (outcome.status().isTerminal()) {
                seen.complete(outcome);
            }
        }

        @Override
        public void tailClosed() {
            seen.complete(null);
        }
    }
}
