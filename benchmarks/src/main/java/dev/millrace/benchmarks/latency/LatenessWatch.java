package dev.millrace.benchmarks.latency;

import dev.millrace.benchmarks.stage.Stage.Backing;
import dev.millrace.contract.Attempt;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.OutcomeReader;
import dev.millrace.kafka.OutcomeRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads the outcome log as it grows, with a thread of its own, and notes when attempts after the first began. */
final class LatenessWatch implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final OutcomeReader reader;
    private final Thread thread = Thread.ofPlatform().name("lateness-watch").unstarted(this::read);
    private volatile Seen seen = new Seen(0);
    private volatile boolean closed;

    private LatenessWatch(OutcomeReader reader) {
        this.reader = reader;
    }

    static LatenessWatch start(Backing backing) {
        Map<Integer, Long> all = new HashMap<>();
        for (int partition = 0; partition < Topics.OUTCOME_PARTITIONS; partition++) {
            all.put(partition, 0L);
        }
        LatenessWatch watch = new LatenessWatch(OutcomeReader.of(backing.kafkaSettings(), "bench", all));
        watch.thread.start();
        return watch;
    }

    /** From now on this many events are to end. */
    Seen expect(int count) {
        Seen next = new Seen(count);
        seen = next;
        return next;
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The thread ends by itself.
        }
    }

    private void read() {
        try (reader) {
            while (!closed) {
                for (OutcomeRecord next : reader.poll(POLL)) {
                    OutcomePack.decode(next.pack()).outcomes().forEach(seen::take);
                }
            }
        } catch (MalformedException | RuntimeException e) {
            seen.failed(e);
        }
    }

    /** The events of one round. */
    static final class Seen {

        private final Map<Integer, Lateness> byTrigger = new ConcurrentHashMap<>();
        private final AtomicInteger left;
        private final CompletableFuture<Boolean> all = new CompletableFuture<>();

        private Seen(int count) {
            left = new AtomicInteger(count);
        }

        void failed(Throwable failure) {
            all.completeExceptionally(failure);
        }

        Lateness of(TriggerDefinition trigger) {
            return byTrigger.computeIfAbsent(trigger.number(), number -> new Lateness());
        }

        private void take(Outcome outcome) {
            if (!outcome.status().isTerminal()) {
                return;
            }
            if (outcome.status() != Status.SUCCEEDED) {
                failed(new IllegalStateException(
                        "event " + outcome.address() + " ended as " + outcome.status() + ": " + outcome.error()));
                return;
            }
            List<Attempt> attempts = outcome.attempts();
            for (int i = 1; i < attempts.size(); i++) {
                byTrigger
                        .computeIfAbsent(outcome.address().trigger(), number -> new Lateness())
                        .began(attempts.get(i).startedAt() - attempts.get(i - 1).nextTryAt());
            }
            if (left.decrementAndGet() == 0) {
                all.complete(true);
            }
        }

        /** Returns when all have ended. */
        void await(Duration patience) {
            try {
                all.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                throw new IllegalStateException("an event failed", e.getCause());
            } catch (TimeoutException e) {
                throw new IllegalStateException(left.get() + " events have not ended within " + patience, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while events ran", e);
            }
        }
    }
}
