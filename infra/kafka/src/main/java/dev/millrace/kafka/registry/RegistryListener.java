package dev.millrace.kafka.registry;

/**
 * Told of changes, in order, on one thread that is the registry's but not its reader's: it may take its time, changes
 * that come meanwhile are told as one. The first call has an empty view before and the present one now.
 */
public interface RegistryListener {
    void changed(RegistryView before, RegistryView now);
}
