package dev.millrace.dispatcher.sync;

import dev.millrace.contract.CallHeader;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.CallWriter;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.NotStoredException;
import dev.millrace.kafka.OutcomeWriter;
import dev.millrace.kafka.ReplyReader;
import dev.millrace.program.Parts;
import dev.millrace.redis.RequestPartitions;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Synchronous calls, from the caller's thread: a worker is chosen, the call is sent to it, and its reply waited for. What is
 * accepted is run at most once, and recorded like any invocation, whether its caller is still there or not. Thread-safe.
 */
public final class Calls implements AutoCloseable {

    /** How long a call's place is waited for when its wait is over before Kafka has told it. */
    private static final Duration PLACE = Duration.ofMillis(500);

    private final InstantSource clock;
    private final Parts parts = new Parts();
    private final int replyPartition;
    private final PendingCalls pending;
    private final CallFleet fleet;
    private final WorkerChoice choice;
    private final CallWriter requests;
    private final LostCalls lost;

    /**
     * A call.
     *
     * @param trigger the trigger {@code api} of the function
     * @param revision of the registry in which they were looked up
     * @param patience how long its caller waits for its end
     * @param tail whether the end of the log is wanted
     */
    @SuppressWarnings("ArrayRecordComponent") // Events are passed through by reference.
    public record Call(
            FunctionDefinition function,
            TriggerDefinition trigger,
            long revision,
            byte[] event,
            Duration patience,
            boolean tail) {}

    private Calls(
            KafkaSettings kafka,
            RequestPartitions workers,
            OutcomeWriter outcomes,
            InstantSource clock,
            MeterRegistry meters) {
        this.clock = clock;
        this.replyPartition = ThreadLocalRandom.current().nextInt(Topics.REPLY_PARTITIONS);
        this.pending = new PendingCalls(new SecureRandom().nextLong(), meters);
        ReplyListener listener = new ReplyListener(new ReplyReader(kafka, replyPartition), pending);
        listener.start();
        parts.add("replies", listener);
        parts.add("clock of calls", new CallClock(pending)).start();
        this.requests = parts.add("requests", new CallWriter(kafka));
        this.fleet = parts.add("workers that take calls", new CallFleet(workers, pending::lost));
        this.choice = new WorkerChoice(
                pending::outstanding, bound -> ThreadLocalRandom.current().nextInt(bound));
        this.lost = new LostCalls(outcomes, clock);
    }

    /**
     * Gets ready: when this returns no reply is missed.
     *
     * @param outcomes where the ends of lost calls go
     * @throws KafkaUnavailableException when Kafka does not answer
     */
    public static Calls start(
            KafkaSettings kafka,
            RequestPartitions workers,
            OutcomeWriter outcomes,
            InstantSource clock,
            MeterRegistry meters) {
        try {
            Calls calls = new Calls(kafka, workers, outcomes, clock, meters);
            calls.requests.prepare();
            calls.fleet.lookNow();
            calls.fleet.start();
            return calls;
        } catch (KafkaException e) {
            throw new KafkaUnavailableException("Kafka did not hand out the replies topic: " + e.getMessage(), e);
        }
    }

    /** Whether any worker takes calls, as far as is known. */
    public boolean hasWorkers() {
        return fleet.workers().values().stream().anyMatch(worker -> worker.open());
    }

    /**
     * Has a function called, and waits for the end. Blocks the caller, who should be a virtual thread.
     *
     * @throws InterruptedException the caller is to stop; the call goes on
     */
    public CallEnd run(Call call) throws InterruptedException {
        Optional<Chosen> worker = choice.of(call.function(), fleet.workers());
        if (worker.isEmpty()) {
            worker = choice.of(call.function(), fleet.lookNow());
        }
        return worker.isPresent() ? run(call, worker.get()) : new CallEnd.NoWorker();
    }

    /** Answers everybody who waits that the run goes on. May be called more than once. */
    public void answerWaiting() {
        pending.stop();
    }

    @Override
    public void close() {
        answerWaiting();
        parts.close();
    }

    private CallEnd run(Call call, Chosen chosen) throws InterruptedException {
        long deadline = System.nanoTime() + call.patience().toNanos();
        long acceptedAt = clock.millis();
        long lease = chosen.worker().lease();
        PendingCall waiting = pending.open(lease, deadline);
        try {
            CallHeader header = new CallHeader(
                    call.trigger().number(),
                    acceptedAt,
                    acceptedAt + call.patience().toMillis(),
                    lease,
                    call.revision(),
                    waiting.correlation(),
                    replyPartition,
                    call.tail());
            CompletableFuture<EventAddress> place =
                    requests.send(call.trigger(), chosen.partition(), header, call.event());
            var _ = place.whenComplete((address, failure) -> {
                if (failure != null) {
                    waiting.tell(new PendingCall.News.Unsent(failure));
                }
            });
            if (fleet.isLost(lease)) {
                waiting.tell(new PendingCall.News.WorkerLost()); // Found lost between the choice and now.
            }
            return await(call, waiting, place, acceptedAt);
        } finally {
            pending.close(waiting);
        }
    }

    private CallEnd await(Call call, PendingCall waiting, CompletableFuture<EventAddress> place, long acceptedAt)
            throws InterruptedException {
        while (true) {
            PendingCall.News news = waiting.await();
            switch (news) {
                case PendingCall.News.Reply(byte[] pack) -> {
                    CallEnd.Ended ended = read(pack, call.trigger().number());
                    if (ended != null) {
                        return ended;
                    }
                    pending.wasForged();
                }
                case PendingCall.News.WorkerLost gone -> {
                    EventAddress address = placed(place);
                    if (address == null) {
                        return new CallEnd.WaitOver(null);
                    }
                    lost.end(address, call.function(), call.trigger(), acceptedAt);
                    return new CallEnd.WorkerLost(address);
                }
                case PendingCall.News.Unsent(Throwable why) -> {
                    return why instanceof NotStoredException
                            ? new CallEnd.NotStored(String.valueOf(why.getMessage()))
                            : new CallEnd.WaitOver(null);
                }
                case PendingCall.News.Stopping stopping -> {
                    return new CallEnd.WaitOver(placed(place));
                }
                case null -> {
                    return new CallEnd.WaitOver(placed(place));
                }
            }
        }
    }

    /** What a reply says; {@code null} when no worker of ours would say it. */
    private static CallEnd.@Nullable Ended read(byte[] pack, int trigger) {
        try {
            OutcomePack.Decoded decoded = OutcomePack.decode(pack);
            if (decoded.outcomes().size() != 1 || decoded.heading().trigger() != trigger) {
                return null;
            }
            Outcome outcome = decoded.outcomes().getFirst();
            return outcome.address().isCall() && outcome.status().isTerminal()
                    ? new CallEnd.Ended(decoded.heading(), outcome)
                    : null;
        } catch (MalformedException e) {
            return null;
        }
    }

    private static @Nullable EventAddress placed(CompletableFuture<EventAddress> place) throws InterruptedException {
        try {
            return place.get(PLACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return null; // Kafka has not told, and may never.
        }
    }
}
