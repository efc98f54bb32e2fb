package dev.millrace.kafka;

import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.EventAddress;

/** A record of the topic of dead letters. */
public sealed interface DeadLetterChange {

    /** An invocation was given up. The same may be told twice. */
    record Buried(DeadLetter letter, DeadLetterPlace place) implements DeadLetterChange {}

    /** The dead letter of this invocation was seen to: it was replayed or dropped. */
    record Retracted(EventAddress address) implements DeadLetterChange {}
}
