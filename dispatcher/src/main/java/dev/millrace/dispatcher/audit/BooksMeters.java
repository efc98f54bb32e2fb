package dev.millrace.dispatcher.audit;

import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerRef;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The latest books as figures; there are none before the first audit. Thread-safe. */
public final class BooksMeters {

    /** Triggers that are told apart. */
    private static final int MOST = 500;

    private final MeterRegistry registry;
    private final Map<String, AtomicLong> figures = new ConcurrentHashMap<>();

    public BooksMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Shows the books of a trigger. */
    public void show(TriggerRef trigger, Account account) {
        String name = trigger.function() + "/" + trigger.name();
        if (figures.size() > MOST * Status.values().length && !figures.containsKey("drift " + name)) {
            return;
        }
        figure("drift " + name, "millrace.books.drift", "what does not come out even in a trigger's books", name, null)
                .set(account.drift());
        state(name, "accepted", account.accepted());
        state(name, "open", account.open());
        for (Status status : Status.values()) {
            if (status.isTerminal()) {
                state(name, status.name().toLowerCase(Locale.ROOT), account.ended(status));
            }
        }
    }

    private void state(String trigger, String state, long count) {
        figure(state + " " + trigger, "millrace.books.events", "retained events by where they stand", trigger, state)
                .set(count);
    }

    private AtomicLong figure(String key, String meter, String description, String trigger, @Nullable String state) {
        return figures.computeIfAbsent(key, unknown -> {
            AtomicLong figure = new AtomicLong();
            Gauge.Builder<AtomicLong> gauge = Gauge.builder(meter, figure, AtomicLong::get)
                    .description(description)
                    .tag("trigger", trigger);
            (state == null ? gauge : gauge.tag("state", state)).register(registry);
            return figure;
        });
    }
}
