package dev.millrace.instances;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The environment variable by which every process of an instance is recognized, including those that left its session
 * and whose parents are gone: children inherit it whether they like it or not. It cannot be guessed.
 *
 * @param value {@code <worker>.<number of the instance>}
 */
record InstanceMark(String value) {
    static final String VARIABLE = "MILLRACE_INSTANCE";

    /** How the mark stands in the environment. */
    String assignment() {
        return VARIABLE + "=" + value;
    }

    /** The marks of one worker. */
    static final class Worker {
        private final String name;
        private final AtomicLong instances = new AtomicLong();

        Worker() {
            byte[] random = new byte[16];
            new SecureRandom().nextBytes(random);
            name = HexFormat.of().formatHex(random);
        }

        InstanceMark next() {
            return new InstanceMark(name + "." + instances.incrementAndGet());
        }

        /** What all marks of this worker begin with, as it stands in the environment. */
        String prefix() {
            return VARIABLE + "=" + name + ".";
        }
    }
}
