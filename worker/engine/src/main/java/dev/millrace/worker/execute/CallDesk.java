package dev.millrace.worker.execute;

import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.fate.AttemptEnd;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where synchronous calls are begun: each at once, or, when only a slot is missing, before any event that waits for one; else
 * it is refused, and its caller told. Thread-safe.
 */
public final class CallDesk {

    /** Nobody is kept waiting for a slot for longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int TOLD_AT_MOST = 500;

    private final Functions functions;
    private final Turns turns;
    private final InvocationExecutor executor;
    private final WaitingCalls waiting;

    CallDesk(Functions functions, Turns turns, InvocationExecutor executor, WaitingCalls waiting) {
        this.functions = functions;
        this.turns = turns;
        this.executor = executor;
        this.waiting = waiting;
    }

    /** Begins a call, or sees to it that it is begun or refused soon. Does not block. */
    public void begin(Delivery call) {
        HostedFunction function = functions.get(call.function());
        if (!comesBefore(function) && function.permits().tryTake()) {
            turns.begin(new Batch(function, List.of(call)));
        } else {
            Thread.ofVirtual().name("call").start(() -> insist(function, call));
        }
    }

    /** Ends a call that is not begun. */
    public void refuse(Delivery call, AttemptEnd.CallRefused why) {
        executor.refuse(call, functions.get(call.function()), why);
    }

    /** Brings every function to what it is now, for a call that was made after a change. May block for a moment. */
    public void refresh() {
        functions.refresh();
    }

    /** Functions that were run here lately, {@code namespace/name}. */
    public Set<String> warm() {
        Set<String> warm = new TreeSet<>();
        for (HostedFunction function : functions.all()) {
            if (warm.size() < TOLD_AT_MOST) {
                warm.add(function.ref().toString());
            }
        }
        return warm;
    }

    /** Functions that may not run more often here than they do now, {@code namespace/name}. */
    public Set<String> full() {
        Set<String> full = new TreeSet<>();
        for (HostedFunction function : functions.all()) {
            if (full.size() < TOLD_AT_MOST && function.permits().own().isExhausted()) {
                full.add(function.ref().toString());
            }
        }
        return full;
    }

    /** Whether calls wait for what an event, or another call, of this function would take. */
    boolean comesBefore(HostedFunction function) {
        return waiting.any() && !function.runsHere();
    }

    private void insist(HostedFunction function, Delivery call) {
        Permits permits = function.permits();
        // Whoever lacks a slot alone waits behind those who do already.
        boolean behindOthers = comesBefore(function) && permits.hasOwn();
        if ((!behindOthers && permits.takeNow()) || (permits.hasOwn() && waiting.await(permits::tryTake, PATIENCE))) {
            turns.begin(new Batch(function, List.of(call)));
            return;
        }
        String name = function.ref().name();
        executor.refuse(
                call,
                function,
                permits.hasOwn() ? AttemptEnd.CallRefused.noSlot(name) : AttemptEnd.CallRefused.noPermit(name));
    }
}
