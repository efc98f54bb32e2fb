package dev.millrace.kafka.registry;

import java.util.List;

/**
 * What a writer wants of one state of the registry: the records to write, none when all is as wanted, and what to answer.
 */
record Plan<T>(List<RegistryChange> changes, T answer) {

    Plan {
        changes = List.copyOf(changes);
    }

    static <T> Plan<T> nothing(T answer) {
        return new Plan<>(List.of(), answer);
    }
}
