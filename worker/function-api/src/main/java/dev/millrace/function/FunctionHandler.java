package dev.millrace.function;

/**
 * A function: it is called once for every event and answers with a result.
 *
 * <p>One handler object serves a whole worker and is called from many threads at once, so what it keeps in fields must
 * be safe for concurrent use. A call runs on a virtual thread of its own and may block as long as its time limit lasts;
 * when the limit passes, the thread is interrupted and the attempt counts as timed out.
 *
 * <p>An event may be delivered more than once (a worker may die after the work was done and before that was recorded),
 * so the effects of a handler should be repeatable; {@link InvocationContext#requestId()} is the same for every attempt
 * and makes a good idempotency key.
 *
 * <pre>{@code
 * FunctionHandler<Order, Receipt> charge = (order, context) -> {
 *     context.log("charging " + order.id());
 *     return payments.charge(order, context.requestId());
 * };
 * }</pre>
 *
 * @param <I> what the event's JSON is read as; {@code String} and {@code byte[]} receive it untouched
 * @param <O> what is written as the result's JSON
 */
@FunctionalInterface
public interface FunctionHandler<I, O> {

    /**
     * Executes the function for one event.
     *
     * @param event the event, or {@code null} when its JSON is {@code null}
     * @param context the invocation this call is an attempt of
     * @return the result; {@code null} is a result like any other
     * @throws TerminalException when trying again cannot help: the invocation fails with this attempt
     * @throws Exception when the attempt failed; the function's retry policy decides whether there is another one
     */
    O handle(I event, InvocationContext context) throws Exception;
}
