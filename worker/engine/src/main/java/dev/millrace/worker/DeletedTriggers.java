package dev.millrace.worker;

import dev.millrace.contract.AttemptError;
import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.kafka.DeadLetterWriter;
import dev.millrace.kafka.Stored;
import dev.millrace.worker.delay.Burial;
import dev.millrace.worker.delay.Destination;
import dev.millrace.worker.fate.AttemptEnd;
import dev.millrace.worker.report.OutcomeLog;
import java.time.InstantSource;

/**
 * Ends events that rested while their trigger was deleted: each gets its terminal outcome and leaves a dead letter.
 * Thread-safe.
 */
final class DeletedTriggers implements Burial {

    private static final byte[] NOTHING = new byte[0];

    private final OutcomeLog outcomes;
    private final DeadLetterWriter deadLetters;
    private final InstantSource clock;

    DeletedTriggers(OutcomeLog outcomes, DeadLetterWriter deadLetters, InstantSource clock) {
        this.outcomes = outcomes;
        this.deadLetters = deadLetters;
        this.clock = clock;
    }

    @Override
    public void bury(Destination.Deleted trigger, EventHeader header, byte[] event, Stored stored) {
        EventAddress address = header.origin();
        if (address == null) {
            throw new IllegalArgumentException("an event that rested says where it was first stored");
        }
        AttemptError why = AttemptEnd.Unrunnable.gone(
                        "trigger " + trigger.ref() + " was deleted before the event was due")
                .error();
        long now = clock.millis();
        int attempts =
                header.history().isEmpty() ? 0 : header.history().getLast().number();
        DeadLetter letter = new DeadLetter(address, trigger.ref(), trigger.type(), Status.DEAD, why, attempts, now);
        OutcomeHeading heading =
                new OutcomeHeading(address.trigger(), address.partition(), trigger.ref(), trigger.type());
        OutcomePack pack = new OutcomePack(heading);
        pack.add(OutcomePack.encode(outcome(address, header, why, now)));
        outcomes.append(heading, pack.toBytes(), new Stored() {
            @Override
            public void stored(long offset) {
                deadLetters.bury(letter, header, event, stored);
            }

            @Override
            public void failed(Exception failure) {
                stored.failed(failure);
            }
        });
    }

    private static Outcome outcome(EventAddress address, EventHeader header, AttemptError why, long now) {
        return new Outcome(
                address,
                Status.DEAD,
                FunctionDefinition.LATEST,
                header.acceptedAt(),
                now,
                (int) FunctionSpec.DEFAULT_RESULT_TTL.toSeconds(),
                header.history(),
                NOTHING,
                why,
                NOTHING,
                header.replayOf());
    }
}
