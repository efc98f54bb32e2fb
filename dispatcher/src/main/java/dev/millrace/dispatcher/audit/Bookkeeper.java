package dev.millrace.dispatcher.audit;

import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.program.Health;
import dev.millrace.redis.QueueGauge;
import dev.millrace.redis.QueueGauges;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.Turns;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the books, on demand and from time to time, and shows them as figures. From time to time only one dispatcher does
 * it, and it looks at the newest events only: what that costs does not grow with what is kept. Thread-safe; one thread of
 * its own.
 */
public final class Bookkeeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Bookkeeper.class);

    /** What an audit from time to time looks at: a second or two of one core. */
    private static final long MOST_EVENTS = 200_000;

    private static final String TURN = "books";
    private static final Duration LAST_BOOKS = Duration.ofSeconds(1);
    private static final Duration LONGEST_TICK = Duration.ofSeconds(15);
    private static final Duration LONGEST_WAIT_FOR_FIRST = Duration.ofMinutes(1);

    private final Registry registry;
    private final Audit audit;
    private final Others others;
    private final RequestIdCodec requestIds;
    private final BooksMeters meters;
    private final Duration every;
    private final String name = UUID.randomUUID().toString();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile String state = "not audited yet";
    private volatile long shownAt = System.nanoTime();

    /** What else Redis knows: whose turn it is, and what runs. */
    public record Others(Turns turns, QueueGauges gauges, Topics topics) {}

    /**
     * Starts.
     *
     * @param every how often the books are made unasked; zero for never
     */
    public Bookkeeper(
            Registry registry,
            Audit audit,
            Others others,
            RequestIdCodec requestIds,
            MeterRegistry figures,
            Duration every) {
        this.registry = registry;
        this.audit = audit;
        this.others = others;
        this.requestIds = requestIds;
        this.meters = new BooksMeters(figures);
        this.every = every;
        this.thread = Thread.ofVirtual().name("bookkeeper").unstarted(this::keepUntilClosed);
        if (every.isPositive()) {
            thread.start();
        }
    }

    /**
     * The books of one trigger.
     *
     * @param running how many of the open ones run, as the workers told last
     */
    public record Entry(Subject subject, Account account, long running) {}

    /** The books of some triggers. */
    public record Made(List<Entry> entries, Audit.Books books) {
        public Made {
            entries = List.copyOf(entries);
        }
    }

    /**
     * Makes the books of these triggers from all that is kept, and shows them.
     *
     * @throws KafkaUnavailableException Kafka does not answer
     */
    public Made of(List<Subject> subjects) {
        return of(subjects, Audit.EVERYTHING);
    }

    /** {@link Health#OK}, or what was wrong when this dispatcher made the books last. */
    public String state() {
        return state;
    }

    /** Lets another dispatcher make the books, also when this one is making them at this moment. */
    @Override
    public void close() {
        closing.countDown();
        if (!every.isPositive()) {
            return; // It never asked for the turn.
        }
        try {
            thread.join(LAST_BOOKS);
            others.turns().giveBack(TURN, name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // In a hurry: the turn runs out by itself.
        } catch (RedisUnavailableException e) {
            log.debug("the turn runs out by itself", e);
        }
    }

    private Made of(List<Subject> subjects, long most) {
        Map<Integer, Integer> partitions = new TreeMap<>();
        subjects.forEach(subject -> partitions.put(subject.number(), subject.partitions()));
        Audit.Books books = audit.of(partitions, most);
        List<Entry> entries = new ArrayList<>();
        shownAt = System.nanoTime();
        for (Subject subject : subjects) {
            Account account = books.accounts().get(subject.number());
            if (account != null) {
                long running = Math.min(account.open(), running(subject.number()));
                meters.show(subject.ref(), account, running);
                meters.counted(subject.ref(), account.redis().counted());
                entries.add(new Entry(subject, account, running));
            }
        }
        return new Made(entries, books);
    }

    /** As the workers told last; which of what is open runs is no question of the books. */
    private long running(int trigger) {
        try {
            return others.gauges().of(others.topics().trigger(trigger)).values().stream()
                    .mapToLong(QueueGauge::running)
                    .sum();
        } catch (RedisUnavailableException e) {
            return 0; // Then all that is open is shown as waiting.
        }
    }

    private void keepUntilClosed() {
        Duration tick = every.compareTo(LONGEST_TICK) < 0 ? every : LONGEST_TICK;
        Duration first = every.compareTo(LONGEST_WAIT_FOR_FIRST) < 0 ? every : LONGEST_WAIT_FOR_FIRST;
        long due = System.nanoTime() + first.toNanos();
        try {
            while (!closing.await(tick.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    boolean mine = others.turns().take(TURN, name, LONGEST_TICK.multipliedBy(4));
                    if (mine && System.nanoTime() - due >= 0) {
                        due = System.nanoTime() + every.toNanos();
                        keep();
                    } else if (mine) {
                        showCounters();
                    } else if (System.nanoTime() - shownAt > every.toNanos()) {
                        meters.withdraw();
                        state = "another dispatcher audits";
                    }
                } catch (RedisUnavailableException | KafkaUnavailableException e) {
                    log.debug("the books are made later", e);
                } catch (RuntimeException e) {
                    log.warn("the books could not be made; trying again in {}", every, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does that.
        }
    }

    private void keep() {
        Made made = of(Subject.all(registry.view()), MOST_EVENTS);
        long drift = made.books().drift();
        state = drift == 0 ? Health.OK : drift + " do not come out even; ask millrace audit";
        made.entries().stream().filter(entry -> entry.account().drift() != 0).forEach(entry -> {
            Account account = entry.account();
            log.error(
                    "the books of {} do not come out even: {} lost, {} outcomes of strangers, {} results missing in Redis,"
                            + " {} other there, miscounted by {}; among them {}",
                    entry.subject().ref(),
                    account.lost(),
                    account.strangers(),
                    account.redis().missing(),
                    account.redis().other(),
                    account.redis().miscounted(),
                    account.examples().stream().map(requestIds::encode).toList());
        });
    }

    private void showCounters() {
        Map<Integer, Map<Status, Long>> counted = audit.counted();
        Subject.all(registry.view())
                .forEach(subject -> meters.counted(subject.ref(), counted.getOrDefault(subject.number(), Map.of())));
    }
}
