package dev.millrace.worker.execute;

import dev.millrace.contract.EventAddress;
import dev.millrace.function.InvocationContext;
import java.time.Duration;
import java.util.function.Function;

/** What a handler may ask about its invocation. The request ID is made only if it does. Thread-safe. */
final class HandlerContext implements InvocationContext {

    private final OngoingAttempt attempt;
    private final Function<EventAddress, String> requestIds;

    HandlerContext(OngoingAttempt attempt, Function<EventAddress, String> requestIds) {
        this.attempt = attempt;
        this.requestIds = requestIds;
    }

    @Override
    public String requestId() {
        return requestIds.apply(attempt.delivery().address());
    }

    @Override
    public String namespace() {
        return attempt.version().ref().namespace();
    }

    @Override
    public String functionName() {
        return attempt.version().ref().name();
    }

    @Override
    public String functionVersion() {
        return attempt.version().name();
    }

    @Override
    public int attempt() {
        return attempt.header().attempt();
    }

    @Override
    public int memoryLimitMb() {
        return attempt.version().memoryMb();
    }

    @Override
    public Duration timeLimit() {
        return attempt.version().timeout();
    }

    @Override
    public Duration remainingTime() {
        long left = timeLimit().toNanos() - attempt.elapsedNanos();
        return Duration.ofNanos(Math.max(0, left));
    }

    @Override
    public void log(String line) {
        attempt.writeLog(line);
    }
}
