package dev.millrace.kafka.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of changes, one after the other; changes that come while they are busy are told as one. */
final class ListenerThread {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerThread.class);

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("registry-listeners").factory());
    private final AtomicReference<@Nullable RegistryView> untold = new AtomicReference<>();

    /** Touched by {@link #thread} alone. */
    private final List<Told> listeners = new ArrayList<>();

    void add(RegistryListener listener, RegistryView present) {
        submit(() -> {
            Told told = new Told(listener);
            listeners.add(told);
            told.tell(present);
        });
    }

    void tell(RegistryView now) {
        if (untold.getAndSet(now) == null) {
            submit(() -> {
                RegistryView latest = untold.getAndSet(null);
                if (latest != null) {
                    listeners.forEach(told -> told.tell(latest));
                }
            });
        }
    }

    void close() {
        thread.shutdown();
    }

    private void submit(Runnable telling) {
        try {
            thread.execute(telling);
        } catch (RejectedExecutionException e) {
            LOG.debug("A change is not told: the registry is closed");
        }
    }

    /** A listener and the last state it was told. */
    private static final class Told {

        private final RegistryListener listener;
        private RegistryView before = RegistryView.EMPTY;
        private boolean first = true;

        Told(RegistryListener listener) {
            this.listener = listener;
        }

        void tell(RegistryView now) {
            if (!first && now.revision() <= before.revision()) {
                return;
            }
            RegistryView last = before;
            before = now;
            first = false;
            try {
                listener.changed(last, now);
            } catch (RuntimeException e) {
                LOG.error("A listener failed at the change to {}; it is told of the next one again", now, e);
            }
        }
    }
}
