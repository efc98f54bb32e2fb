package dev.millrace.worker.consume;

import dev.millrace.worker.consume.ClaimBook.Claim;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks to the claim book on threads of its own, so that a slow book delays nobody; answers come as commands. Thread-safe.
 */
final class ClaimDesk {

    private static final Logger LOG = LoggerFactory.getLogger(ClaimDesk.class);

    private final ClaimBook book;
    private final Mailbox mailbox;

    ClaimDesk(ClaimBook book, Mailbox mailbox) {
        this.book = book;
        this.mailbox = mailbox;
    }

    /** Asks what others run of these lanes. Once the book has failed, the rest of them are told so at once. */
    void ask(List<LaneId> lanes) {
        onItsOwnThread(() -> {
            ArrayDeque<LaneId> left = new ArrayDeque<>(lanes);
            try {
                while (!left.isEmpty()) {
                    Map<Long, Claim> claims = book.claims(left.getFirst());
                    mailbox.post(new Command.ClaimsHeard(left.removeFirst(), claims));
                }
            } catch (RuntimeException e) {
                LOG.warn(
                        "No word on who runs what of {} lanes: what another worker runs may run twice", left.size(), e);
                left.forEach(lane -> mailbox.post(new Command.ClaimsHeard(lane, null)));
            }
        });
    }

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

    void forget(LaneId lane, Collection<Long> offsets) {
        onItsOwnThread(() -> {
            try {
                book.forget(lane, offsets);
            } catch (RuntimeException e) {
                LOG.debug("{} spent claims of lane {} stay until they expire", offsets.size(), lane, e);
            }
        });
    }

    private static void onItsOwnThread(Runnable conversation) {
        Thread.ofVirtual().name("claims").start(conversation);
    }
}
