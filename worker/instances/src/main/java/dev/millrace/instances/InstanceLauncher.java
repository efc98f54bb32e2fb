package dev.millrace.instances;

import java.util.OptionalInt;

/**
 * Where instances come from. Today each one is a child process of the worker; a fork server that hands out an accepted
 * connection, or a pool of processes already inside their sandbox, takes this place without anybody else noticing.
 */
interface InstanceLauncher {

    /**
     * Brings a process up that will speak the frame protocol, beginning with HELLO.
     *
     * @throws LaunchException when there is none, with the reason
     */
    Launched launch(InstanceSpec spec) throws LaunchException;

    /** A process that has been launched. Thread-safe, except that one thread at a time uses the channel. */
    interface Launched {
        InstanceChannel channel();

        boolean isAlive();

        /** Sends SIGTERM to the main process; what becomes of it is its own decision. */
        void terminate();

        /** Kills the process and everything it has started, however deep, and returns when all of it is gone. */
        void kill();

        /** The exit code of the main process, 128 + n after signal n, waiting shortly; empty when it still runs. */
        OptionalInt exitCode();

        /** Kills, closes the channel and removes what the instance left behind. Only when nobody uses the channel. */
        void discard();
    }
}
