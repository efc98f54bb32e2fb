package dev.millrace.instances;

/** Whether one more instance may be started now: somebody counts them over more than this host. Thread-safe. */
@FunctionalInterface
public interface Growth {

    /** Growth without a limit. */
    Growth FREE = () -> true;

    /** Takes the right to start one, or says that there is none at present; asked on a thread that waits for nothing else, may block briefly. */
    boolean take();
}
