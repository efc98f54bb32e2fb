package dev.millrace.contract;

/** Who else is told when an invocation is given up. SCF: DeadLetterConfig. The dead letter itself is kept in any case. */
public sealed interface DeadLetterTarget {

    /** A function, by its own queue. */
    record OfFunction(FunctionRef function) implements DeadLetterTarget {}

    /** A function, by the queue of one of its triggers. */
    record OfTrigger(TriggerRef trigger) implements DeadLetterTarget {}

    /** A topic of the installation's Kafka that is none of the installation's own. */
    record OfKafka(String topic) implements DeadLetterTarget {}
}
