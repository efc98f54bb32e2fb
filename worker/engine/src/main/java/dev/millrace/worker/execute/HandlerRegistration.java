package dev.millrace.worker.execute;

import dev.millrace.contract.FunctionRef;
import dev.millrace.function.FunctionHandler;

/**
 * A handler that lives in this process.
 *
 * @param function whose events it takes
 * @param eventType what an event's JSON is read as; {@code byte[]} and {@code String} receive it untouched
 * @param handler called from many threads at once
 */
public record HandlerRegistration<I, O>(FunctionRef function, Class<I> eventType, FunctionHandler<I, O> handler) {}
