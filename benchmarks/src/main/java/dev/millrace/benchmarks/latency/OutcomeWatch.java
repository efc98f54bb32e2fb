package dev.millrace.benchmarks.latency;

import dev.millrace.benchmarks.stage.Stage.Backing;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.kafka.OutcomeReader;
import dev.millrace.kafka.OutcomeRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Reads the whole outcome log as it grows, with a thread of its own, and tells whoever expects ends of them. */
public final class OutcomeWatch implements AutoCloseable {

    private static final int ANY = -1;
    private static final Duration POLL = Duration.ofMillis(100);

    private final OutcomeReader reader;
    private final Thread thread = Thread.ofPlatform().name("outcome-watch").unstarted(this::read);
    private volatile Expected expected = new Expected(ANY, 0, end -> {});
    private volatile boolean closed;

    private OutcomeWatch(OutcomeReader reader) {
        this.reader = reader;
    }

    /** Starts one at the beginning of the log. */
    public static OutcomeWatch start(Backing backing) {
        Map<Integer, Long> all = new HashMap<>();
        for (int partition = 0; partition < Topics.OUTCOME_PARTITIONS; partition++) {
            all.put(partition, 0L);
        }
        OutcomeWatch watch = new OutcomeWatch(OutcomeReader.of(backing.kafkaSettings(), "bench", all));
        watch.thread.start();
        return watch;
    }

    /**
     * From now on this many events are to end well.
     *
     * @param each told of every end, on the thread of the watch
     */
    public Expected expect(int count, Consumer<Outcome> each) {
        return expect(ANY, count, each);
    }

    /**
     * The same of events of one trigger; how others end does not matter.
     *
     * @param trigger its number
     */
    public Expected expect(int trigger, int count, Consumer<Outcome> each) {
        Expected next = new Expected(trigger, count, each);
        expected = next;
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
                    OutcomePack.decode(next.pack()).outcomes().forEach(expected::ended);
                }
            }
        } catch (MalformedException | RuntimeException e) {
            expected.failed(e);
        }
    }

    /** Events under way. */
    public static final class Expected {

        private final int trigger;
        private final AtomicInteger left;
        private final Consumer<Outcome> each;
        private final CompletableFuture<Boolean> all = new CompletableFuture<>();

        private Expected(int trigger, int count, Consumer<Outcome> each) {
            this.trigger = trigger;
            this.left = new AtomicInteger(count);
            this.each = each;
        }

        void failed(Throwable failure) {
            all.completeExceptionally(failure);
        }

        private void ended(Outcome outcome) {
            boolean another = trigger != ANY && trigger != outcome.address().trigger();
            if (another || !outcome.status().isTerminal()) {
                return;
            }
            if (outcome.status() != Status.SUCCEEDED) {
                failed(new IllegalStateException(
                        "event " + outcome.address() + " ended as " + outcome.status() + ": " + outcome.error()));
                return;
            }
            each.accept(outcome);
            if (left.decrementAndGet() == 0) {
                all.complete(true);
            }
        }

        /** Returns when all have ended. */
        public void await(Duration patience) {
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
