package dev.millrace.trigger.intake;

import dev.millrace.kafka.NotStoredException;
import dev.millrace.kafka.QueueFullException;
import dev.millrace.kafka.StorageUnknownException;
import dev.millrace.kafka.ThrottledException;
import dev.millrace.program.Problem;

/** What a caller over HTTP is told when the {@link Intake} does not accept an event. */
public final class Refusals {

    private Refusals() {}

    /** Something that ends at the intake. */
    @FunctionalInterface
    public interface Acceptance<T> {

        T get() throws EventTooLargeException, NotStoredException, StorageUnknownException;
    }

    /** The result, or the problem to answer with: 413, 429 (too many), 503 (nothing accepted) or 504 (unknown). */
    public static <T> T orProblem(Acceptance<T> acceptance) {
        try {
            return acceptance.get();
        } catch (EventTooLargeException e) {
            throw Problem.tooLarge(String.valueOf(e.getMessage())).exception();
        } catch (ThrottledException e) {
            throw throttled(e);
        } catch (NotStoredException e) {
            throw notStored(String.valueOf(e.getMessage()));
        } catch (StorageUnknownException e) {
            throw Problem.of(
                            504,
                            "acceptance-unknown",
                            "Kafka did not tell in time",
                            e.getMessage() + "; send the same again: what was stored already is not executed twice"
                                    + " where the source tells its events apart")
                    .exception();
        }
    }

    private static RuntimeException throttled(ThrottledException e) {
        boolean full = e instanceof QueueFullException;
        return Problem.of(
                        429,
                        full ? "queue-full" : "rate-limited",
                        full ? "The queue is full" : "Too many events at once",
                        e.getMessage() + "; this event was not accepted, send it again later")
                .retryAfter(e.retryAfterSeconds())
                .exception();
    }

    private static RuntimeException notStored(String reason) {
        return Problem.of(
                        503,
                        "not-stored",
                        "Kafka cannot store the event now",
                        reason + "; this event was not accepted, send it again")
                .retryAfter(1)
                .exception();
    }
}
