package dev.millrace.worker.consume;

import dev.millrace.contract.CommitNote.Departure;
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
import java.util.stream.Collectors;
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
    /** The same while it is only supposed that another runs it, because he could not say so, or nobody can be asked. */
    private static final int UNHEARD_AT_MOST = 40;
    /** From the second on; then after four, after eight seconds, and so on: a word may be lost, the log is not. */
    private static final int LOOK_FROM = 4;

    private final ClaimBook book;
    private final Predecessors predecessors;
    private final Mailbox mailbox;
    private final AtomicBoolean asking = new AtomicBoolean();
    /** How often the claims on parked runs were not found, in a row. */
    private final Map<ParkedRun, Integer> missed = new ConcurrentHashMap<>();
    /** Parked although nobody has said that they run, and how their owner had left. */
    private final Map<ParkedRun, Departure> supposed = new ConcurrentHashMap<>();
    /** How often was asked about a lane since it has parked runs. */
    private final Map<LaneId, Integer> turns = new ConcurrentHashMap<>();

    private volatile boolean closed;

    ClaimDesk(ClaimBook book, Predecessors predecessors, Mailbox mailbox) {
        this.book = book;
        this.predecessors = predecessors;
        this.mailbox = mailbox;
    }

    /**
     * Finds out what was left behind in these lanes. The log is asked until it answers: without it an outcome might be
     * made twice, and none could be stored anyway. The claim book is not waited for as long: when it does not answer, or the
     * last owner could not write into it, what that one had begun is supposed to run there for a while.
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
                        mailbox.post(new Command.Inherited(question.lane(), legacy, believed(question, heard)));
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

    /** What is said of a lane, and what has to be supposed. */
    private Map<Long, Claim> believed(Question question, Map<LaneId, Map<Long, Claim>> heard) {
        Map<Long, Claim> said = heard.get(question.lane());
        if (said != null && question.departure() != Departure.UNCLAIMED) {
            return said;
        }
        Map<Long, Claim> believed = new HashMap<>(said == null ? Map.of() : said);
        for (Long offset : question.begun()) {
            if (believed.putIfAbsent(offset, Claim.RUNNING) == null) {
                supposed.put(new ParkedRun(question.lane(), offset), question.departure());
            }
        }
        return believed;
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
     * @return {@code false} when the last question is not answered yet, and this one is not asked
     */
    boolean ask(Map<Question, Set<Long>> parked) {
        if (!asking.compareAndSet(false, true)) {
            return false;
        }
        onItsOwnThread(() -> {
            try {
                Set<LaneId> lanes = parked.keySet().stream().map(Question::lane).collect(Collectors.toSet());
                turns.keySet().retainAll(lanes);
                parked.forEach(this::askAbout);
            } catch (RuntimeException e) {
                LOG.warn("No word on what others run of {} lanes; it is waited for", parked.size(), e);
            } finally {
                asking.set(false);
            }
        });
        return true;
    }

    private void askAbout(Question question, Set<Long> parked) {
        LaneId lane = question.lane();
        Map<Long, Claim> claims = new HashMap<>(claimsNow(lane));
        boolean left = isToBeLookedFor(lane);
        for (Long offset : parked) {
            Claim claim = claims.get(offset);
            if (claim == null && !isMissedForLong(new ParkedRun(lane, offset))) {
                claims.put(offset, Claim.RUNNING);
            } else {
                left |= claim == null || claim.state() == Claim.State.ORPHANED;
                supposed.remove(new ParkedRun(lane, offset));
            }
        }
        forgetAllBut(lane, parked);
        if (left) {
            predecessors.seek(
                    List.of(question),
                    (same, legacy) -> mailbox.post(new Command.ClaimsHeard(lane, claims, legacy.findings())));
        } else {
            mailbox.post(new Command.ClaimsHeard(lane, claims, new Findings()));
        }
    }

    /** Nothing, where something is only supposed anyway, when the book does not answer. */
    private Map<Long, Claim> claimsNow(LaneId lane) {
        try {
            Map<Long, Claim> said = book.claims(lane);
            // Who left in order has said everything: from now on nothing need be supposed of him.
            supposed.entrySet().removeIf(run -> run.getKey().lane.equals(lane) && run.getValue() == Departure.IN_ORDER);
            return said;
        } catch (RuntimeException e) {
            if (supposed.keySet().stream().anyMatch(run -> run.lane.equals(lane))) {
                LOG.debug("No word on who runs what of lane {}", lane, e);
                return Map.of();
            }
            throw e;
        }
    }

    /** The end of a run is in the log, whatever became of the word that it has ended; it is looked for ever more rarely. */
    private boolean isToBeLookedFor(LaneId lane) {
        int turn = turns.merge(lane, 1, Integer::sum);
        return turn >= LOOK_FROM && Integer.bitCount(turn) == 1;
    }

    /** A claim that vanished may be Redis's fault: a worker that lives claims anew what it runs. */
    private boolean isMissedForLong(ParkedRun run) {
        return missed.merge(run, 1, Integer::sum) > (supposed.containsKey(run) ? UNHEARD_AT_MOST : MISSED_AT_MOST);
    }

    private void forgetAllBut(LaneId lane, Set<Long> parked) {
        missed.keySet().removeIf(run -> run.lane.equals(lane) && !parked.contains(run.offset));
        supposed.keySet().removeIf(run -> run.lane.equals(lane) && !parked.contains(run.offset));
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
