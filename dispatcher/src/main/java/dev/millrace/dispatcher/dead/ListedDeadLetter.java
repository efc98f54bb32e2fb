package dev.millrace.dispatcher.dead;

import dev.millrace.contract.AttemptError;
import dev.millrace.contract.DeadLetter;
import dev.millrace.kafka.DeadLetterPlace;

/**
 * A dead letter as it is held in memory.
 *
 * @param letter what is known of it, its error's text cut and without a stack trace
 * @param place where the whole of it lies
 */
public record ListedDeadLetter(DeadLetter letter, DeadLetterPlace place) {

    private static final int MOST_TEXT = 400;

    /** As much of a letter as a list shows. */
    static ListedDeadLetter of(DeadLetter whole, DeadLetterPlace place) {
        AttemptError error = whole.error();
        String text =
                error.text().length() <= MOST_TEXT ? error.text() : error.text().substring(0, MOST_TEXT) + " …";
        AttemptError brief = new AttemptError(error.code(), error.type().intern(), text, "");
        return new ListedDeadLetter(
                new DeadLetter(
                        whole.address(),
                        whole.trigger(),
                        whole.type(),
                        whole.reason(),
                        brief,
                        whole.attempts(),
                        whole.deadAt()),
                place);
    }

    DeadLetterCursor cursor() {
        return new DeadLetterCursor(letter.deadAt(), letter.address());
    }
}
