package dev.millrace.instances;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How a run ended. Exactly one of these is reported for every run.
 *
 * <pre>
 *   start ──► load code ──► run ──► Returned
 *     │           │          ├────► Raised, BadEvent, BadReturn, ReturnTooLarge     the instance is kept
 *     │           │          └────► TimedOut, OutOfMemory, Exited, Broken, Stopped  the instance is gone
 *     │           └──► HandlerNotFound, CodeNotLoaded, Exited, InitTimedOut
 *     └──► NotStarted
 * </pre>
 */
public sealed interface RunEnd {

    /** The status code under which SCF shows this end (SCF: function status codes). */
    int statusCode();

    /** One line for people, naming what happened. */
    String describe();

    /**
     * The handler returned.
     *
     * @param json the result, encoded as JSON in UTF-8 by the instance; owned by the receiver
     */
    @SuppressWarnings("ArrayRecordComponent") // up to 6 MB that nobody compares
    record Returned(byte[] json) implements RunEnd {
        @Override
        public int statusCode() {
            return 200;
        }

        @Override
        public String describe() {
            return "returned " + json.length + " bytes";
        }
    }

    /**
     * The handler raised an exception that nobody caught.
     *
     * @param message the exception's type and text
     * @param stackTrace the stack as the language prints it, without frames of the bootstrap
     */
    record Raised(String message, String stackTrace) implements RunEnd {
        @Override
        public int statusCode() {
            return 430;
        }

        @Override
        public String describe() {
            return "raised " + message;
        }
    }

    /** The event is not JSON, so the handler was not called. */
    record BadEvent(String message) implements RunEnd {
        @Override
        public int statusCode() {
            return 400;
        }

        @Override
        public String describe() {
            return "the event is not JSON: " + message;
        }
    }

    /** The handler returned something that JSON cannot express. */
    record BadReturn(String message) implements RunEnd {
        @Override
        public int statusCode() {
            return 430;
        }

        @Override
        public String describe() {
            return "the return value cannot be encoded as JSON: " + message;
        }
    }

    /** The handler's result is larger than a result may be. */
    record ReturnTooLarge(String message) implements RunEnd {
        @Override
        public int statusCode() {
            return 407;
        }

        @Override
        public String describe() {
            return "the return value is too large: " + message;
        }
    }

    /** The run took longer than the function's timeout; the whole process tree was killed. */
    record TimedOut(Duration limit) implements RunEnd {
        @Override
        public int statusCode() {
            return 433;
        }

        @Override
        public String describe() {
            return "timed out after " + limit.toMillis() + " ms";
        }
    }

    /** The instance ran out of memory: an uncaught {@code MemoryError}, or a full Node.js heap. */
    record OutOfMemory(int memoryMb, String message) implements RunEnd {
        @Override
        public int statusCode() {
            return 434;
        }

        @Override
        public String describe() {
            return "memory exceeded " + memoryMb + " MB: " + message;
        }
    }

    /**
     * The process ended without an answer.
     *
     * @param exitCode the exit code; 128 + n when signal n ended it
     * @param whileLoading whether that was before the handler could be called
     */
    record Exited(int exitCode, boolean whileLoading) implements RunEnd {
        @Override
        public int statusCode() {
            return whileLoading ? 445 : 439;
        }

        /** The signal that ended the process, if one did. */
        public OptionalInt signal() {
            return exitCode > 128 && exitCode <= 128 + 64 ? OptionalInt.of(exitCode - 128) : OptionalInt.empty();
        }

        @Override
        public String describe() {
            String how = signal().isPresent() ? "killed by signal " + signal().getAsInt() : "exit code " + exitCode;
            return "the process ended " + (whileLoading ? "while its code was loaded: " : "before it answered: ") + how;
        }
    }

    /** The instance said something that is not the protocol, or closed its side of it; it was killed. */
    record Broken(String message) implements RunEnd {
        @Override
        public int statusCode() {
            return 439;
        }

        @Override
        public String describe() {
            return "the instance broke the frame protocol: " + message;
        }
    }

    /** The worker stopped the instance while it ran: it is shutting down, or the function changed. */
    record Stopped() implements RunEnd {
        @Override
        public int statusCode() {
            return 499;
        }

        @Override
        public String describe() {
            return "stopped by the worker";
        }
    }

    /** The code package has no such file, or the file has no such function. */
    record HandlerNotFound(String message) implements RunEnd {
        @Override
        public int statusCode() {
            return 437;
        }

        @Override
        public String describe() {
            return "handler not found: " + message;
        }
    }

    /**
     * The handler's file could not be loaded: a syntax error, a missing import, an exception on module level.
     *
     * @param stackTrace the stack as the language prints it, without frames of the bootstrap
     */
    record CodeNotLoaded(String message, String stackTrace) implements RunEnd {
        @Override
        public int statusCode() {
            return 443;
        }

        @Override
        public String describe() {
            return "the code cannot be loaded: " + message;
        }
    }

    /** The runtime and the code took longer to start than the init timeout; the process tree was killed. */
    record InitTimedOut(Duration limit) implements RunEnd {
        @Override
        public int statusCode() {
            return 450;
        }

        @Override
        public String describe() {
            return "not ready after " + limit.toMillis() + " ms";
        }
    }

    /** It would have taken one more instance, and no more may be started at present: nothing was run. */
    record NoGrowth() implements RunEnd {
        @Override
        public int statusCode() {
            return 429;
        }

        @Override
        public String describe() {
            return "as many instances were started in this minute as may be";
        }
    }

    /** No instance could be made, and the function's code is not to blame. */
    record NotStarted(String message) implements RunEnd {
        @Override
        public int statusCode() {
            return 500;
        }

        @Override
        public String describe() {
            return "no instance could be started: " + message;
        }
    }
}
