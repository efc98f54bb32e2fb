package dev.millrace.worker.consume;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Commands on their way to the consumer thread, which sleeps in the broker's poll most of the time: a command wakes it,
 * but a completion only when somebody waits for the room it makes; otherwise the next commit is soon enough. Thread-safe;
 * one thread reads.
 */
final class Mailbox {

    private enum Sleep {
        AWAKE,
        /** In poll; everything wakes. */
        LIGHT,
        /** In poll; completions do not wake. */
        DEEP,
        /** Not in poll; everything wakes. */
        PARKED
    }

    private final Queue<Command> queue = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Sleep> sleep = new AtomicReference<>(Sleep.AWAKE);
    private final Runnable wakePoll;
    private volatile @Nullable Thread sleeper;

    /** @param wakePoll ends the poll of the consumer thread */
    Mailbox(Runnable wakePoll) {
        this.wakePoll = wakePoll;
    }

    void post(Command command) {
        queue.add(command);
        Sleep now = sleep.get();
        boolean wakes =
                now == Sleep.LIGHT || now == Sleep.PARKED || (now == Sleep.DEEP && !(command instanceof Command.Done));
        if (wakes && sleep.compareAndSet(now, Sleep.AWAKE)) {
            if (now == Sleep.PARKED) {
                LockSupport.unpark(sleeper);
            } else {
                wakePoll.run();
            }
        }
    }

    /** The next command, in the order in which each thread posted. */
    @Nullable
    Command next() {
        return queue.poll();
    }

    /**
     * The consumer thread is about to poll.
     *
     * @param lightly whether completions wake it
     * @return whether it may sleep; false when a command is there already
     */
    boolean sleeps(boolean lightly) {
        sleep.set(lightly ? Sleep.LIGHT : Sleep.DEEP);
        if (queue.isEmpty()) {
            return true;
        }
        sleep.set(Sleep.AWAKE);
        return false;
    }

    /** The consumer thread is back. */
    void woke() {
        sleep.set(Sleep.AWAKE);
    }

    /** Waits outside of poll until there is a command, or so long. */
    void await(long millis) {
        sleeper = Thread.currentThread();
        sleep.set(Sleep.PARKED);
        if (queue.isEmpty() && millis > 0) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(millis));
        }
        sleep.set(Sleep.AWAKE);
    }
}
