package dev.millrace.contract;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the owner of a function says of it: the content of {@code function.yaml} without triggers and sources.
 *
 * @param ref its full name
 * @param runtime what executes it
 * @param runtimeName the runtime as the owner wrote it, such as {@code Python3.10}
 * @param handler entry point, such as {@code index.main_handler}
 * @param memorySize MB
 * @param timeout of one run
 * @param initTimeout of starting an instance
 * @param concurrency how many runs at once over the whole fleet; 0 pauses the function
 * @param environment variables the function sees
 * @param retry what happens after a failed attempt
 * @param resultTtl how long results and logs are kept
 * @param destinations who is told of the ends of its invocations
 * @param queue how its queues are bounded
 */
public record FunctionSpec(
        FunctionRef ref,
        RuntimeKind runtime,
        String runtimeName,
        String handler,
        int memorySize,
        Duration timeout,
        Duration initTimeout,
        int concurrency,
        Map<String, String> environment,
        RetryPolicy retry,
        Duration resultTtl,
        Destinations destinations,
        QueueSpec queue) {

    public static final int DEFAULT_MEMORY = 128;
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(3);
    public static final Duration DEFAULT_INIT_TIMEOUT = Duration.ofSeconds(65);
    public static final int DEFAULT_CONCURRENCY = 300;
    public static final Duration DEFAULT_RESULT_TTL = Duration.ofHours(24);

    public FunctionSpec {
        environment = Map.copyOf(environment);
    }

    /** One of whose ends nobody else is told. */
    public FunctionSpec(
            FunctionRef ref,
            RuntimeKind runtime,
            String runtimeName,
            String handler,
            int memorySize,
            Duration timeout,
            Duration initTimeout,
            int concurrency,
            Map<String, String> environment,
            RetryPolicy retry,
            Duration resultTtl) {
        this(
                ref,
                runtime,
                runtimeName,
                handler,
                memorySize,
                timeout,
                initTimeout,
                concurrency,
                environment,
                retry,
                resultTtl,
                Destinations.NONE);
    }

    /** One whose queues are bounded as the installation says. */
    public FunctionSpec(
            FunctionRef ref,
            RuntimeKind runtime,
            String runtimeName,
            String handler,
            int memorySize,
            Duration timeout,
            Duration initTimeout,
            int concurrency,
            Map<String, String> environment,
            RetryPolicy retry,
            Duration resultTtl,
            Destinations destinations) {
        this(
                ref,
                runtime,
                runtimeName,
                handler,
                memorySize,
                timeout,
                initTimeout,
                concurrency,
                environment,
                retry,
                resultTtl,
                destinations,
                QueueSpec.DEFAULT);
    }

    /** The environment in a fixed order. */
    public Map<String, String> sortedEnvironment() {
        return new TreeMap<>(environment);
    }
}
