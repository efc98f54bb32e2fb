package dev.millrace.worker.takeover;

import dev.millrace.worker.execute.StartGate.Answer;
import dev.millrace.worker.execute.StartGate.Answer.Begin;
import dev.millrace.worker.execute.StartGate.Answer.Skip;
import dev.millrace.worker.execute.StartGate.Answer.Wait;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What is said of an attempt that several workers may want to begin, and what follows from it for the next who asks. Pure.
 *
 * @param ended whether it has ended, consequences and all
 * @param member the worker's process that has begun it; empty when it has ended
 * @param crashes how many workers had died while they ran it when it was begun
 */
record FenceWord(boolean ended, String member, int crashes) {

    /** It has ended. */
    static final FenceWord ENDED = new FenceWord(true, "", 0);

    private static final String ENDED_TEXT = "ended";

    /** This process has begun it. */
    static FenceWord begunBy(String member, int crashes) {
        return new FenceWord(false, member, crashes);
    }

    /** The same, blamed for one worker's death less. */
    FenceWord withOneDeathLess() {
        return begunBy(member, Math.max(0, crashes - 1));
    }

    /**
     * What the next one to ask does.
     *
     * @param found what is said of it, if anything
     * @param suspected how many workers may have died while they ran it, as the delivery has it
     * @param self who asks
     * @param runsHere whether the one who asks is running it
     * @param alive whether a process lives
     */
    static Answer answer(
            Optional<FenceWord> found, int suspected, String self, boolean runsHere, Predicate<String> alive) {
        if (found.isEmpty()) {
            return runsHere ? new Wait() : new Begin(suspected); // Redis may have forgotten what this process has not.
        }
        FenceWord word = found.get();
        if (word.ended()) {
            return new Skip();
        }
        if (word.member().equals(self)) {
            return runsHere ? new Wait() : new Begin(Math.max(suspected, word.crashes()));
        }
        return alive.test(word.member()) ? new Wait() : new Begin(Math.max(suspected, word.crashes() + 1));
    }

    /** As it is kept. */
    String text() {
        return ended ? ENDED_TEXT : "begun " + crashes + " " + member;
    }

    /** Reads {@link #text}; anything else says nothing. */
    static Optional<FenceWord> read(String text) {
        if (text.equals(ENDED_TEXT)) {
            return Optional.of(ENDED);
        }
        String[] parts = text.split(" ", 3);
        boolean begun = parts.length == 3 && parts[0].equals("begun") && parts[1].matches("[0-9]{1,6}");
        return begun ? Optional.of(begunBy(parts[2], Integer.parseInt(parts[1]))) : Optional.empty();
    }
}
