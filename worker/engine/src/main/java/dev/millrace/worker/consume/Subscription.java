package dev.millrace.worker.consume;

import dev.millrace.contract.TriggerDefinition;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics this worker takes part in. Changes are gathered for a fifth of a second, because each costs the whole group
 * a rebalance. Owned by the consumer thread.
 */
final class Subscription {

    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
    private static final long GATHER_MILLIS = 200;

    private final Supplier<Map<String, TriggerDefinition>> wanted;
    private Map<String, TriggerDefinition> triggers = Map.of();
    private boolean changed;
    private long dueAt;

    Subscription(Supplier<Map<String, TriggerDefinition>> wanted) {
        this.wanted = wanted;
    }

    /** Something may be different; what follows soon is gathered with it. */
    void changed(long now) {
        if (!changed) {
            changed = true;
            dueAt = now + GATHER_MILLIS;
        }
    }

    /** Whether it is time to renew. */
    boolean isDue(long now) {
        return changed && now >= dueAt;
    }

    /** How long a poll may last before it is. */
    long millisUntilDue(long now, long otherwise) {
        return changed ? Math.clamp(dueAt - now, 1, otherwise) : otherwise;
    }

    /** Subscribes to what is wanted now, if that differs. */
    void renew(Consumer<byte[], byte[]> consumer, ConsumerRebalanceListener listener, long now) {
        changed = false;
        Set<String> before = triggers.keySet();
        try {
            triggers = Map.copyOf(wanted.get());
        } catch (RuntimeException e) {
            LOG.error("The topics to consume are unknown; {} stay subscribed, asking again", before.size(), e);
            changed(now);
            return;
        }
        Set<String> topics = triggers.keySet();
        if (topics.equals(before)) {
            return;
        }
        LOG.info("Consuming {} topics, {} before", topics.size(), before.size());
        if (topics.isEmpty()) {
            consumer.unsubscribe();
        } else {
            consumer.subscribe(topics, listener);
        }
    }

    @Nullable
    TriggerDefinition trigger(String topic) {
        return triggers.get(topic);
    }

    boolean isEmpty() {
        return triggers.isEmpty();
    }
}
