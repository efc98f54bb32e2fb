package dev.millrace.worker.execute;

import dev.millrace.contract.EventAddress;
import dev.millrace.function.FunctionHandler;
import dev.millrace.function.InvocationContext;
import dev.millrace.function.TerminalException;
import dev.millrace.worker.fate.AttemptEnd;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Runs a handler of this process. Thread-safe if the handler is. */
final class HandlerRunner<I, O> implements FunctionRunner {

    private static final Logger log = LoggerFactory.getLogger(HandlerRunner.class);

    private final FunctionHandler<I, O> handler;
    private final Function<byte[], I> events;
    private final ResultWriting results;
    private final Function<EventAddress, String> requestIds;

    HandlerRunner(
            HandlerRegistration<I, O> registration, JsonMapper mapper, Function<EventAddress, String> requestIds) {
        this.handler = registration.handler();
        this.events = EventReading.as(registration.eventType(), mapper);
        this.results = new ResultWriting(mapper);
        this.requestIds = requestIds;
    }

    @Override
    public Place place() {
        return Place.HERE;
    }

    @Override
    public Run run(OngoingAttempt attempt) {
        AttemptEnd end = end(attempt);
        return Run.of(end, attempt.elapsedNanos(), attempt.takeLog());
    }

    @Override
    public void close() {}

    private AttemptEnd end(OngoingAttempt attempt) {
        byte[] bytes = attempt.delivery().event();
        I event;
        try {
            event = events.apply(bytes);
        } catch (JacksonException e) {
            // Only now is it worth finding out whether the event is damaged or just not what the handler takes.
            return EventReading.isJson(bytes) ? raised(e) : AttemptEnd.Unrunnable.unreadable(StackTraces.textOf(e));
        }
        if (!attempt.mayBegin()) {
            return new AttemptEnd.NotStarted("another worker may have taken it over");
        }
        return call(event, new HandlerContext(attempt, requestIds));
    }

    /** Whatever a handler throws ends its attempt and nothing else, errors of the virtual machine included. */
    private AttemptEnd call(I event, InvocationContext context) {
        try {
            return results.endOf(handler.handle(event, context));
        } catch (OutOfMemoryError e) {
            log.error("{} ran out of the memory of this worker's process", context.functionName(), e);
            return new AttemptEnd.OutOfMemory(context.memoryLimitMb());
        } catch (Throwable e) {
            return raised(e);
        }
    }

    private static AttemptEnd raised(Throwable failure) {
        return new AttemptEnd.Raised(
                failure.getClass().getName(),
                StackTraces.textOf(failure),
                StackTraces.of(failure, HandlerRunner.class),
                TerminalException.isIn(failure));
    }
}
