package dev.millrace.kafka;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.TriggerDefinition;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to the broker, and what is known of it when it does not arrive. "Not stored" is said only of a
 * record that was refused before it entered the producer's buffer, that left the buffer unsent, or that was sent once
 * and refused by the broker; everything else is "unknown".
 */
final class Publication {

    private static final Duration CONFIRMATION = Duration.ofMillis(400);
    private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final TriggerDefinition trigger;
    private final String topic;
    private final BiFunction<Integer, Long, EventAddress> address;
    private final RenewedProducer producer;
    private final CompletableFuture<EventAddress> answer;

    /** @param address what an event is known by that lies in this partition at this offset */
    Publication(
            TriggerDefinition trigger,
            String topic,
            BiFunction<Integer, Long, EventAddress> address,
            RenewedProducer producer,
            CompletableFuture<EventAddress> answer) {
        this.trigger = trigger;
        this.topic = topic;
        this.address = address;
        this.producer = producer;
        this.answer = answer;
    }

    void send(ProducerRecord<byte[], byte[]> event) {
        RenewedProducer.Line line = producer.line();
        double sent = line.traffic().sent(topic);
        double retried = line.traffic().retried(topic);
        Thread sender = Thread.currentThread();
        try {
            line.send(event, (where, failure) -> {
                if (failure == null) {
                    answer.complete(address.apply(where.partition(), where.offset()));
                } else if (Thread.currentThread().equals(sender)) {
                    // The client answers on the caller's thread only before the record enters its buffer.
                    refuse(failure);
                } else {
                    find(line, failure, sent, retried);
                }
            });
        } catch (KafkaException | IllegalStateException | IllegalArgumentException e) {
            refuse(e);
            if (!(e instanceof ApiException || e instanceof InterruptException)) {
                producer.renew(line, e);
            }
        }
    }

    /** On the sending thread, which must not wait for itself. */
    private void find(RenewedProducer.Line line, Exception failure, double sent, double retried) {
        double passes = line.traffic().passes();
        Thread.startVirtualThread(() -> {
            if (leftUnsent(line.traffic(), sent, passes) || refusedOnce(line.traffic(), failure, retried)) {
                refuse(failure);
            } else {
                answer.completeExceptionally(new StorageUnknownException(
                        "Kafka did not tell in time whether it has the event for " + trigger.ref()
                                + ": it may run; repeat with the same idempotency key (" + failure.getMessage() + ")",
                        failure));
            }
            if (failure instanceof ClusterAuthorizationException) {
                producer.renew(line, failure);
            }
        });
    }

    /**
     * Whether no record of the topic went to the network since before this one was handed over. A record can be drained
     * and given up in one round of the sending thread, its failure told before its sending is counted; the end of that
     * round settles it.
     */
    private boolean leftUnsent(ProducerTraffic traffic, double sent, double passes) {
        long deadline = System.nanoTime() + CONFIRMATION.toNanos();
        while (traffic.passes() <= passes) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(RECHECK_NANOS);
        }
        return traffic.sent(topic) <= sent;
    }

    /** Whether the broker itself said no, and was not asked before: an earlier try might have been stored unheard. */
    private boolean refusedOnce(ProducerTraffic traffic, Exception failure, double retried) {
        return failure instanceof ApiException
                && !(failure instanceof RetriableException)
                && traffic.retried(topic) <= retried;
    }

    private void refuse(@Nullable Throwable why) {
        answer.completeExceptionally(new NotStoredException(
                "Kafka did not store the event for " + trigger.ref() + ", it will not run: "
                        + (why == null ? "no reason given" : why.getMessage()),
                why));
    }
}
