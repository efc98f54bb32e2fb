package dev.millrace.worker.consume;

import dev.millrace.worker.consume.ClaimBook.Claim;
import org.jspecify.annotations.Nullable;

/**
 * Where a delivery is on its way through its lane, and what each word about it changes. Pure: the one place that decides
 * whether something is run here, left alone, carried to its end, or passed over.
 *
 * <pre>
 *             met, knowing what the commit, the log and the claims say
 *        ┌───────────┬───────────────┬──────────────┐
 *        ▼           ▼               ▼              ▼
 *     WAITING ⇄   PARKED          ENDED           DONE
 *        │ taken     (both learn     │ taken         ▲
 *        └────────►  more)  RUNNING ◄┘               │
 *                              └───── stored ────────┘
 * </pre>
 */
public enum Progress {
    /** To be run here, not handed over yet. */
    WAITING,
    /** A live worker runs it: its outcome is waited for. */
    PARKED,
    /** The log has its outcome, but nobody committed that: what follows from it is carried out again, and it is not run. */
    ENDED,
    /** Handed over; nobody else's word counts any more. */
    RUNNING,
    /** Its outcome and all that follows from it is stored. */
    DONE;

    /**
     * What is known of a delivery.
     *
     * @param committed whether the commit that the lane began with says that it is done
     * @param logged whether the outcome log has its outcome
     * @param claim what the claim book says, if anything
     */
    public record Known(boolean committed, boolean logged, Claim.@Nullable State claim) {}

    /** The lane meets it. */
    public static Progress met(Known known) {
        if (known.committed() || known.claim() == Claim.State.DONE) {
            return DONE;
        }
        if (known.logged()) {
            return ENDED;
        }
        return known.claim() == Claim.State.RUNNING ? PARKED : WAITING;
    }

    /** More is known now. */
    public Progress learned(Known known) {
        return switch (this) {
            case WAITING, PARKED -> met(known);
            case ENDED, RUNNING, DONE -> this;
        };
    }

    /** It is handed over. */
    public Progress taken() {
        return switch (this) {
            case WAITING, ENDED -> RUNNING;
            case PARKED, RUNNING, DONE -> throw new IllegalStateException("what is " + this + " is not handed over");
        };
    }

    /** Whoever it was handed over to says that its outcome is stored; a word that was not asked for changes nothing. */
    public Progress stored() {
        return this == RUNNING ? DONE : this;
    }
}
