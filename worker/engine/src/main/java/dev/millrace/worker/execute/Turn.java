package dev.millrace.worker.execute;

import dev.millrace.contract.EventAddress;
import dev.millrace.worker.consume.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * One thread's way through a batch, under one permit: it runs one delivery at a time. The watch looks at it from
 * outside to see what takes long.
 */
final class Turn implements Runnable {

    private final Batch batch;
    private final InvocationExecutor executor;
    private final Turns turns;

    private volatile @Nullable Thread thread;
    private volatile @Nullable OngoingAttempt current;
    /** The attempt because of which another turn was sent to continue the batch. */
    private volatile @Nullable OngoingAttempt relievedOf;

    private boolean overtaken;

    Turn(Batch batch, InvocationExecutor executor, Turns turns) {
        this.batch = batch;
        this.executor = executor;
        this.turns = turns;
    }

    HostedFunction function() {
        return batch.function();
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        long began = System.nanoTime();
        int runs = 0;
        try {
            Delivery delivery = batch.take();
            while (delivery != null) {
                executor.execute(delivery, this);
                runs++;
                delivery = overtaken ? null : batch.take();
            }
        } finally {
            batch.function().ran(runs, System.nanoTime() - began);
            turns.over(this, batch);
        }
    }

    /** The executor is about to run this attempt. */
    void begins(OngoingAttempt attempt) {
        current = attempt;
    }

    /**
     * The run is back.
     *
     * @return whether it was in time: if not, its end has been reported already
     */
    boolean ends(OngoingAttempt attempt) {
        current = null;
        if (attempt.end()) {
            return true;
        }
        attempt.absorbInterrupt();
        overtaken = true;
        return false;
    }

    /** What it runs now. */
    @Nullable
    OngoingAttempt current() {
        return current;
    }

    /** Ends what it runs because its time is over; {@code false} when it was back before. */
    boolean timeOut(OngoingAttempt attempt) {
        Thread runner = thread;
        return runner != null && attempt.timeOut(runner);
    }

    /** Ends what it runs and lets nobody hear of it; {@code false} when it was back before. */
    boolean abandon(OngoingAttempt attempt) {
        Thread runner = thread;
        boolean ended = runner != null && (function().runsHere() ? attempt.timeOut(runner) : attempt.abandon());
        if (ended) {
            attempt.version().runner().stop(attempt);
        }
        return ended;
    }

    /** Whether deliveries wait behind this attempt and nobody was sent for them yet. */
    boolean holdsUpOthers(OngoingAttempt attempt) {
        return relievedOf != attempt && batch.hasMore();
    }

    /** Sends another turn for the rest of the batch, if there is a permit for it. */
    void relieve(OngoingAttempt attempt) {
        if (batch.function().permits().tryTake()) {
            relievedOf = attempt;
            turns.begin(batch);
        }
    }

    @Override
    public String toString() {
        OngoingAttempt attempt = current;
        EventAddress address = attempt == null ? null : attempt.delivery().address();
        return "turn of " + batch.function().ref() + (address == null ? "" : " at " + address);
    }
}
