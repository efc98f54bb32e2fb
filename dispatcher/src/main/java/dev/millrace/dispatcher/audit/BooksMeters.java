package dev.millrace.dispatcher.audit;

import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerRef;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The latest books as figures; there are none before the first audit, and none of a dispatcher that leaves them to another
 * one. Thread-safe.
 */
final class BooksMeters {

    /** Series at most, so that very many triggers cannot exhaust Prometheus. */
    private static final int MOST = 10_000;

    private final MeterRegistry registry;
    private final Map<Series, Figure> figures = new HashMap<>();

    BooksMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    private record Series(String meter, Tags tags) {}

    private record Figure(AtomicLong value, Meter shown) {}

    /** Shows the books of a trigger. */
    synchronized void show(TriggerRef trigger, Account account, long running) {
        Tags tags = tags(trigger);
        set("millrace.books.drift", "what does not come out even in a trigger's books", tags, account.drift());
        events(tags, "accepted", account.accepted());
        events(tags, "waiting", account.open() - running);
        events(tags, "running", running);
        events(tags, "lost", account.lost());
        for (Status status : Status.values()) {
            if (status.isTerminal()) {
                events(tags, name(status), account.ended(status));
            }
        }
    }

    /** Shows what the recorders have counted. */
    synchronized void counted(TriggerRef trigger, Map<Status, Long> counted) {
        counted.forEach((status, count) -> set(
                "millrace.books.counted",
                "terminal outcomes of the last month, counted by the recorders of the whole fleet",
                tags(trigger).and("status", name(status)),
                count));
    }

    /** Shows nothing any more: another dispatcher does. */
    synchronized void withdraw() {
        figures.values().forEach(figure -> registry.remove(figure.shown()));
        figures.clear();
    }

    private void events(Tags trigger, String state, long count) {
        set("millrace.books.events", "retained events by where they stand", trigger.and("state", state), count);
    }

    private void set(String meter, String description, Tags tags, long value) {
        Series series = new Series(meter, tags);
        Figure figure = figures.get(series);
        if (figure == null && figures.size() < MOST) {
            AtomicLong of = new AtomicLong();
            figure = new Figure(
                    of,
                    Gauge.builder(meter, of, AtomicLong::get)
                            .description(description)
                            .tags(tags)
                            .register(registry));
            figures.put(series, figure);
        }
        if (figure != null) {
            figure.value().set(value);
        }
    }

    private static Tags tags(TriggerRef trigger) {
        return Tags.of("trigger", trigger.function() + "/" + trigger.name());
    }

    private static String name(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
