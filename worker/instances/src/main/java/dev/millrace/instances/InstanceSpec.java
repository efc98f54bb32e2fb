package dev.millrace.instances;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Everything an instance is made from. Two equal specs make interchangeable instances.
 *
 * @param function what is executed
 * @param account whom it belongs to, as told to the function
 * @param runtime the runtime's name as the function was created with, such as {@code Python3.10}
 * @param handler file and function, {@code index.main_handler}; the file may lie in a sub-folder
 * @param code the directory of the unpacked code package, which becomes the working directory
 * @param limits how much memory and time it may take
 * @param environment the function's own environment variables
 */
public record InstanceSpec(
        Function function,
        Account account,
        String runtime,
        String handler,
        Path code,
        Limits limits,
        Map<String, String> environment) {

    public InstanceSpec {
        requireNonNull(function);
        requireNonNull(account);
        requireNonNull(limits);
        if (Language.ofRuntime(runtime).isEmpty()) {
            throw new IllegalArgumentException("no instance can be made for runtime " + runtime);
        }
        if (handler.isBlank()) {
            throw new IllegalArgumentException("the handler is empty");
        }
        code = code.toAbsolutePath();
        environment = Map.copyOf(environment);
    }

    Language language() {
        return Language.ofRuntime(runtime).orElseThrow();
    }

    /**
     * A function's version by name.
     *
     * @param version a number, or {@code $LATEST}
     */
    public record Function(String namespace, String name, String version) {
        public Function {
            requireNonNull(namespace);
            requireNonNull(name);
            requireNonNull(version);
        }

        @Override
        public String toString() {
            return namespace + "/" + name + ":" + version;
        }
    }

    /** What SCF tells a function about where it runs and for whom; free text in an installation of one's own. */
    public record Account(String region, String appId, String uin) {
        public Account {
            requireNonNull(region);
            requireNonNull(appId);
            requireNonNull(uin);
        }
    }

    /**
     * Limits of one instance.
     *
     * @param memoryMb memory in MB
     * @param timeout how long one run may take
     * @param initTimeout how long starting the runtime and loading the code may take together
     */
    public record Limits(int memoryMb, Duration timeout, Duration initTimeout) {
        public Limits {
            if (memoryMb < 1) {
                throw new IllegalArgumentException("memoryMb must be at least 1, was " + memoryMb);
            }
            requirePositive("timeout", timeout);
            requirePositive("initTimeout", initTimeout);
        }

        private static void requirePositive(String name, Duration value) {
            if (!value.isPositive()) {
                throw new IllegalArgumentException(name + " must be positive, was " + value);
            }
        }
    }
}
