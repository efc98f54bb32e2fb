package dev.millrace.worker.consume;

import dev.millrace.worker.consume.ClaimBook.Claim;
import dev.millrace.worker.consume.Predecessors.Question;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks to the claim book and looks for what predecessors left behind, on threads of its own, so that a slow answer
 * delays nobody; answers come as commands. Thread-safe.
 */
final class ClaimDesk {

    private static final Logger LOG = LoggerFactory.getLogger(ClaimDesk.class);
    private static final Duration BOOK_PATIENCE = Duration.ofSeconds(2);
    private static final Duration ASK_AGAIN = Duration.ofMillis(500);
    /** Asked four times a second; a live worker claims what it runs twice a second. */
    private static final int MISSED_AT_MOST = 8;

    private final ClaimBook book;
    private final Predecessors predecessors;
    private final Mailbox mailbox;
    private final AtomicBoolean asking = new AtomicBoolean();
    /** How often the claims on parked runs were not found, in a row. */
    private final Map<ParkedRun, Integer> missed = new ConcurrentHashMap<>();

    private volatile boolean closed;

    ClaimDesk(ClaimBook book, Predecessors predecessors, Mailbox mailbox) {
        this.book = book;
        this.predecessors = predecessors;
        this.mailbox = mailbox;
    }

    /**
     * Finds out what was left behind in these lanes. The log is asked until it answers: without it an outcome might be
     * made twice, and none could be stored anyway. The claim book is not waited for as long.
     */
    void inherit(List<Question> questions) {
        onItsOwnThread(() -> {
            CompletableFuture<Map<LaneId, Map<Long, Claim>>> claims = new CompletableFuture<>();
            onItsOwnThread(() -> claims.complete(claimsOf(questions)));
            List<Question> left = new ArrayList<>(questions);
            while (!left.isEmpty() && !closed) {
                try {
                    predecessors.seek(List.copyOf(left), (question, legacy) -> {
                        left.remove(question);
                        Map<LaneId, Map<Long, Claim>> heard = await(claims);
                        mailbox.post(new Command.Inherited(
                                question.lane(), legacy, heard.getOrDefault(question.lane(), Map.of())));
                    });
                } catch (RuntimeException e) {
                    LOG.warn(
                            "No word yet of what was left behind in {} lanes, the first is {}; they wait, asking again",
                            left.size(),
                            left.getFirst().lane(),
                            e);
                    pause();
                }
            }
        });
    }

    private Map<LaneId, Map<Long, Claim>> claimsOf(List<Question> questions) {
        Map<LaneId, Map<Long, Claim>> claims = new HashMap<>();
        try {
            for (Question question : questions) {
                claims.put(question.lane(), book.claims(question.lane()));
            }
        } catch (RuntimeException e) {
            LOG.warn(
                    "No word on who runs what of {} lanes: what another worker runs may run twice",
                    questions.size() - claims.size(),
                    e);
        }
        return claims;
    }

    private static Map<LaneId, Map<Long, Claim>> await(CompletableFuture<Map<LaneId, Map<Long, Claim>>> claims) {
        try {
            return claims.get(BOOK_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Lanes begin without word on who runs what of them: some of their events may run twice");
            return Map.of();
        }
    }

    /**
     * Asks again about lanes that have parked runs. A run that nobody claims any more, or whose worker died, may have left
     * its outcome in the log since it was looked at: so the log is asked before the lane hears of it.
     *
     * @param parked the offsets of each lane that others run
     */
    void ask(Map<Question, Set<Long>> parked) {
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        onItsOwnThread(() -> {
            try {
                parked.forEach(this::askAbout);
            } catch (RuntimeException e) {
                LOG.warn("No word on what others run of {} lanes; it is waited for", parked.size(), e);
            } finally {
                asking.set(false);
            }
        });
    }

    private void askAbout(Question question, Set<Long> parked) {
        Map<Long, Claim> claims = new HashMap<>(book.claims(question.lane()));
        boolean left = false;
        for (Long offset : parked) {
            Claim claim = claims.get(offset);
            if (claim == null && !isMissedForLong(question.lane(), offset)) {
                claims.put(offset, Claim.RUNNING);
            } else {
                left |= claim == null || claim.state() == Claim.State.ORPHANED;
            }
        }
        missed.keySet().removeIf(run -> run.lane.equals(question.lane()) && !parked.contains(run.offset));
        if (left) {
            predecessors.seek(
                    List.of(question),
                    (same, legacy) ->
                            mailbox.post(new Command.ClaimsHeard(question.lane(), claims, legacy.findings())));
        } else {
            mailbox.post(new Command.ClaimsHeard(question.lane(), claims, new Findings()));
        }
    }

    /** A claim that vanished may be Redis's fault: a worker that lives claims anew what it runs. */
    private boolean isMissedForLong(LaneId lane, long offset) {
        return missed.merge(new ParkedRun(lane, offset), 1, Integer::sum) > MISSED_AT_MOST;
    }

    private record ParkedRun(LaneId lane, long offset) {}

    /** Writes claims before lanes are let go, waiting at most so long; whether they are written for all. */
    boolean claim(Map<LaneId, List<Delivery>> running, Duration limit) {
        CompletableFuture<Boolean> written = new CompletableFuture<>();
        onItsOwnThread(() -> written.complete(claimEach(running)));
        try {
            return written.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Runs of {} lanes are not claimed in time and may run twice", running.size(), e);
            return false;
        }
    }

    private boolean claimEach(Map<LaneId, List<Delivery>> running) {
        boolean all = true;
        for (Map.Entry<LaneId, List<Delivery>> lane : running.entrySet()) {
            try {
                book.claim(lane.getKey(), lane.getValue());
            } catch (RuntimeException e) {
                all = false;
                LOG.warn(
                        "{} runs of lane {} are not claimed and may run twice",
                        lane.getValue().size(),
                        lane.getKey(),
                        e);
            }
        }
        return all;
    }

    /** The outcomes of claimed runs are stored. */
    void done(List<Delivery> finished) {
        onItsOwnThread(() -> {
            for (Delivery delivery : finished) {
                try {
                    book.done(delivery.lane(), List.of(delivery));
                } catch (RuntimeException e) {
                    LOG.warn(
                            "The claim on event {} of {} could not be marked as done: it may run twice",
                            delivery.address(),
                            delivery.function(),
                            e);
                }
            }
        });
    }

    /** These runs of a lane that others have were broken off. Said until it is heard: they are waited for as long as this worker lives. */
    void letGo(LaneId lane, List<Delivery> running) {
        onItsOwnThread(() -> {
            while (!isLetGo(lane, running) && !closed) {
                pause();
            }
        });
    }

    private boolean isLetGo(LaneId lane, List<Delivery> running) {
        try {
            book.letGo(lane, running);
            return true;
        } catch (RuntimeException e) {
            LOG.debug("{} runs of lane {} were broken off; the claims on them stay for now", running.size(), lane, e);
            return false;
        }
    }

    void forget(LaneId lane, Collection<Long> offsets) {
        onItsOwnThread(() -> {
            try {
                book.forget(lane, offsets);
            } catch (RuntimeException e) {
                LOG.debug("{} spent claims of lane {} stay until they expire", offsets.size(), lane, e);
            }
        });
    }

    /** Nobody waits for an answer any more. */
    void close() {
        closed = true;
    }

    private static void pause() {
        try {
            Thread.sleep(ASK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void onItsOwnThread(Runnable conversation) {
        Thread.ofVirtual().name("claims").start(conversation);
    }
}
