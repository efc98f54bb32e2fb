package dev.millrace.dispatcher.sync;

import dev.millrace.contract.Correlation;
import dev.millrace.contract.MalformedException;
import dev.millrace.kafka.ReplyReader;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The calls that callers of this dispatcher wait for. A reply for nobody is counted and dropped: one that comes late, one of
 * another dispatcher that shares the partition, and one that nobody of ours wrote. Thread-safe.
 */
final class PendingCalls {

    private final long dispatcher;
    private final AtomicLong next = new AtomicLong();
    private final Map<Long, PendingCall> calls = new ConcurrentHashMap<>();
    private final Map<Long, AtomicInteger> byLease = new ConcurrentHashMap<>();
    private final Counter late;
    private final Counter foreign;
    private final Counter forged;

    /** @param dispatcher drawn at random: tells this dispatcher's calls from all others */
    PendingCalls(long dispatcher, MeterRegistry meters) {
        this.dispatcher = dispatcher;
        this.late = dropped("late", meters);
        this.foreign = dropped("foreign", meters);
        this.forged = dropped("forged", meters);
        Gauge.builder("millrace.calls.pending", calls, Map::size)
                .description("synchronous calls whose end a caller of this dispatcher waits for")
                .register(meters);
    }

    /**
     * Waits from now on for a call that the holder of this lease is to run. To be closed.
     *
     * @param deadline when its caller waits no longer, {@code System.nanoTime}
     */
    PendingCall open(long lease, long deadline) {
        long number = next.getAndIncrement();
        PendingCall call = new PendingCall(new Correlation(dispatcher, number), lease, deadline);
        calls.put(number, call);
        AtomicInteger count = byLease.get(lease);
        if (count == null) {
            count = byLease.computeIfAbsent(lease, unknown -> new AtomicInteger());
        }
        count.getAndIncrement();
        return call;
    }

    /** Nobody waits for it any more. */
    void close(PendingCall call) {
        calls.remove(call.correlation().number());
        AtomicInteger count = byLease.get(call.lease());
        if (count != null) {
            count.getAndDecrement();
        }
    }

    /** How many are waited for from the holder of this lease. */
    int outstanding(long lease) {
        AtomicInteger count = byLease.get(lease);
        return count == null ? 0 : count.get();
    }

    /** Hands a reply to whoever waits for it. */
    void reply(ReplyReader.Reply reply) {
        byte[] key = reply.key();
        byte[] pack = reply.pack();
        if (key == null || pack == null) {
            forged.increment();
            return;
        }
        try {
            Correlation correlation = Correlation.of(key);
            if (correlation.dispatcher() != dispatcher) {
                foreign.increment();
                return;
            }
            PendingCall call = calls.get(correlation.number());
            if (call == null) {
                late.increment();
            } else {
                call.tell(new PendingCall.News.Reply(pack));
            }
        } catch (MalformedException e) {
            forged.increment();
        }
    }

    /** Wakes those whose time is nearly over. To be called several times a second. */
    void remind() {
        long now = System.nanoTime();
        calls.values().forEach(call -> call.remind(now));
    }

    /** A reply came with the right key and says nothing that a worker of ours would. */
    void wasForged() {
        forged.increment();
    }

    /** The holder of this lease is gone. */
    void lost(long lease) {
        calls.values().stream()
                .filter(call -> call.lease() == lease)
                .forEach(call -> call.tell(new PendingCall.News.WorkerLost()));
        byLease.remove(lease);
    }

    /** Nobody shall wait any longer. */
    void stop() {
        calls.values().forEach(call -> call.tell(new PendingCall.News.Stopping()));
    }

    private static Counter dropped(String why, MeterRegistry meters) {
        return Counter.builder("millrace.replies.dropped")
                .description("replies that nobody here waited for")
                .tag("reason", why)
                .register(meters);
    }
}
