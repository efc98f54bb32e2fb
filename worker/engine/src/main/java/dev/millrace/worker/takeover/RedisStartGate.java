package dev.millrace.worker.takeover;

import dev.millrace.program.CrashPoint;
import dev.millrace.redis.Fences;
import dev.millrace.redis.Fences.AttemptKey;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import dev.millrace.worker.execute.StartGate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fences in Redis around attempts that more than one worker may want to begin. What ended in this process it knows itself.
 * What Redis forgets is said again by those who have said it, and nothing of it begins before. While Redis is away later
 * attempts and delayed events wait for it for a while; what waits longer, and what was taken over from the dead, begins unfenced: a
 * second run is possible then, a lost one is not. Attempts that two workers died of are begun one after another on a worker, each
 * when the one before has ended or proved harmless for a while, so that a deadly one does not draw the others into the dead
 * letters with it.
 */
public final class RedisStartGate implements StartGate {

    private static final Logger log = LoggerFactory.getLogger(RedisStartGate.class);
    private static final int ALONE_FROM = 2;

    /** What kills, kills soon; and whoever only had bad luck twice is not to hold the others up for all its time. */
    static final Duration ALONE_FOR = Duration.ofSeconds(1);

    /** So long a copy waits for a Redis that is away: a restart or a fail-over takes no longer. */
    static final Duration HELD_FOR = Duration.ofSeconds(10);

    private static final int TRIES = 120;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration TRY_AGAIN = Duration.ofMillis(500);

    private final String self;
    private final Fences fences;
    private final Predicate<String> alive;
    private final LongSupplier nanoTime;
    /** What was begun here and has not ended. */
    private final Map<AttemptKey, Begun> begun = new ConcurrentHashMap<>();

    private final AtomicReference<@Nullable Alone> alone = new AtomicReference<>();
    private final OwnWords own;
    private final FenceEras eras;
    /** When Redis was first found to be away. */
    private final AtomicReference<@Nullable Long> awaySince = new AtomicReference<>();

    /** What was said of an attempt, and for which lane. */
    private record Begun(LaneId lane, String word) {}

    /** The dangerous one that was begun last, and when. */
    private record Alone(AttemptKey attempt, long since) {}

    /**
     * A gate.
     *
     * @param self this process, as {@code alive} knows it
     * @param alive whether a process lives; may throw {@link RedisUnavailableException}
     * @param nanoTime {@code System::nanoTime}
     */
    public RedisStartGate(String self, Fences fences, Predicate<String> alive, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.self = self;
        this.fences = fences;
        this.alive = alive;
        this.own = new OwnWords(nanoTime);
        this.eras = new FenceEras(fences, this::words);
    }

    /**
     * Notices whether Redis is there and has forgotten anything; to be called by one thread, several times while {@link Fences#SETTLES}
     * passes.
     *
     * @throws RedisUnavailableException when Redis does not answer
     */
    public void look() {
        try {
            eras.look();
            if (awaySince.get() != null) {
                fences.tryToWrite(); // One that is full or a replica can be read.
                awaySince.set(null);
            }
        } catch (RedisUnavailableException e) {
            noteAway();
            throw e;
        }
    }

    @Override
    public Answer ask(Delivery delivery) {
        AttemptKey attempt = key(delivery);
        if (own.hasEnded(attempt)) {
            return new Answer.Skip();
        }
        int suspected = delivery.header().crashes();
        boolean held =
                awaySince.get() != null && isHeld(delivery); // Whether Redis is back is looked for by one thread.
        if (held || (suspected >= ALONE_FROM && !isAlone(attempt))) {
            return new Answer.Wait();
        }
        Begun asking = new Begun(delivery.lane(), "");
        // Entered before Redis is asked, so that of two copies that come at once one sees the other.
        boolean runsHere = begun.putIfAbsent(attempt, asking) != null;
        Answer answer = null;
        try {
            answer = fenced(attempt, delivery.lane(), suspected, runsHere);
        } catch (RedisUnavailableException e) {
            answer = runsHere || isHeld(delivery) ? new Answer.Wait() : unfenced(attempt, delivery, e);
        } finally {
            if (!runsHere && !(answer instanceof Answer.Begin)) {
                begun.remove(attempt, asking);
            }
        }
        return answer;
    }

    private boolean isHeld(Delivery delivery) {
        return delivery.header().origin() != null && nanoTime.getAsLong() - noteAway() < HELD_FOR.toNanos();
    }

    private long noteAway() {
        long now = nanoTime.getAsLong();
        Long before = awaySince.compareAndExchange(null, now);
        return before == null ? now : before;
    }

    private Map<AttemptKey, String> words() {
        Map<AttemptKey, String> words = new HashMap<>();
        begun.forEach((attempt, begin) -> {
            if (!begin.word().isEmpty()) {
                words.put(attempt, begin.word());
            }
        });
        own.ended().forEach(attempt -> words.put(attempt, FenceWord.ENDED.text()));
        return words;
    }

    private static Answer unfenced(AttemptKey attempt, Delivery delivery, RedisUnavailableException why) {
        log.warn(
                "attempt {} of event {} of {} begins without a fence and may run twice: {}",
                attempt.number(),
                attempt.address(),
                delivery.function(),
                why.getMessage());
        return new Answer.Begin(delivery.header().crashes());
    }

    private Answer fenced(AttemptKey attempt, LaneId lane, int suspected, boolean runsHere) {
        String seen = "";
        Answer answer = FenceWord.answer(Optional.empty(), suspected, self, runsHere, alive);
        while (answer instanceof Answer.Begin begin) {
            if (begin.crashes() >= ALONE_FROM && !isAlone(attempt)) {
                return new Answer.Wait();
            }
            String word = FenceWord.begunBy(self, begin.crashes()).text();
            switch (fences.set(attempt, seen, word)) {
                case Fences.Said.Set set -> {
                    begun.put(attempt, new Begun(lane, word));
                    CrashPoint.AFTER_CLAIM_BEFORE_RUN.reached();
                    return answer;
                }
                case Fences.Said.Found(String found) -> {
                    seen = found;
                    answer = FenceWord.answer(FenceWord.read(found), suspected, self, runsHere, alive);
                }
                case Fences.Said.Unsettled unsettled -> answer = new Answer.Wait();
            }
        }
        if (!runsHere) {
            leaveAlone(attempt);
        }
        return answer;
    }

    private boolean isAlone(AttemptKey attempt) {
        Alone last = alone.get();
        if (last != null && last.attempt().equals(attempt)) {
            return true;
        }
        long now = nanoTime.getAsLong();
        boolean harmless = last == null || now - last.since() >= ALONE_FOR.toNanos();
        if (!harmless || !alone.compareAndSet(last, new Alone(attempt, now))) {
            return false;
        }
        if (last != null) {
            acquit(last.attempt());
        }
        return true;
    }

    /**
     * It has run for a while and killed nobody, and another dangerous one joins it. If that one kills this worker, its death
     * is not to be the last that this one is blamed for.
     */
    private void acquit(AttemptKey attempt) {
        Begun begin = begun.get(attempt);
        if (begin == null || begin.word().isEmpty()) {
            return;
        }
        String milder =
                FenceWord.read(begin.word()).orElseThrow().withOneDeathLess().text();
        try {
            boolean said = fences.set(attempt, begin.word(), milder) instanceof Fences.Said.Set;
            if (said && !begun.replace(attempt, begin, new Begun(begin.lane(), milder))) {
                fences.remove(
                        attempt, milder); // It was abandoned meanwhile, and the word with which it had begun is gone.
            }
        } catch (RedisUnavailableException e) {
            log.debug("attempt {} of event {} stays under suspicion", attempt.number(), attempt.address(), e);
        }
    }

    @Override
    public void ended(Delivery delivery, Runnable then) {
        AttemptKey attempt = key(delivery);
        leaveAlone(attempt);
        own.ended(attempt);
        Begun begin = begun.get(attempt);
        // Until Redis says that it has ended, a copy of it that comes here is told so by this process alone.
        later(() -> fences.set(List.of(attempt), FenceWord.ENDED.text()), "ended", then, () -> {
            if (begin != null) {
                begun.remove(attempt, begin);
            }
        });
    }

    @Override
    public void abandoned(Delivery delivery) {
        abandon(key(delivery));
    }

    @Override
    public void lost(LaneId lane) {
        begun.forEach((attempt, begin) -> {
            if (begin.lane().equals(lane)) {
                abandon(attempt);
            }
        });
    }

    private void abandon(AttemptKey attempt) {
        Begun begin = begun.get(attempt);
        forget(attempt);
        if (begin != null) {
            later(() -> fences.remove(attempt, begin.word()), "abandoned", () -> {}, () -> {});
        }
    }

    private void forget(AttemptKey attempt) {
        begun.remove(attempt);
        leaveAlone(attempt);
    }

    private void leaveAlone(AttemptKey attempt) {
        Alone last = alone.get();
        if (last != null && last.attempt().equals(attempt)) {
            alone.compareAndSet(last, null);
        }
    }

    /**
     * Said until it is heard, or the fence has lost its meaning; the first try is all that anybody waits for.
     *
     * @param then after the first try
     * @param afterwards when it is said, or given up
     */
    private static void later(Runnable word, String what, Runnable then, Runnable afterwards) {
        Thread.ofVirtual().name("fences").start(() -> {
            boolean said = isSaid(word, what);
            then.run();
            for (int i = 0; i < TRIES && !said; i++) {
                LockSupport.parkNanos(Math.min(LONGEST_PAUSE.toNanos(), TRY_AGAIN.toNanos() * (i + 1)));
                said = isSaid(word, what);
            }
            afterwards.run();
        });
    }

    private static boolean isSaid(Runnable word, String what) {
        try {
            word.run();
            return true;
        } catch (RedisUnavailableException e) {
            log.debug("an attempt could not be marked as {}: {}", what, e.getMessage());
            return false;
        }
    }

    private static AttemptKey key(Delivery delivery) {
        return new AttemptKey(delivery.address(), delivery.header().attempt());
    }
}
