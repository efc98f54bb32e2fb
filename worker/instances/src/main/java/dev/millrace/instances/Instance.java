package dev.millrace.instances;

import dev.millrace.instances.Conversation.Heard;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One running copy of a function version. It runs one event at a time, for one thread at a time; {@link #stop} may come
 * from any thread.
 */
final class Instance {
    static final int LOG_LIMIT = 1024 * 1024;

    /** SIGABRT, with which Node.js ends when its heap is full. */
    private static final int ABORTED = 128 + 6;

    private final InstanceSpec spec;
    private final InstanceLauncher.Launched launched;
    private final long begin;
    private final Conversation conversation;
    private CappedLog log = new CappedLog(LOG_LIMIT);
    private Duration initRuntime = Duration.ZERO;
    private @Nullable ColdStart coldStart;
    private long memoryBytes;
    private boolean gone;
    private volatile boolean stopped;

    private Instance(InstanceSpec spec, InstanceLauncher.Launched launched, long begin) {
        this.spec = spec;
        this.launched = launched;
        this.begin = begin;
        this.conversation = new Conversation(launched.channel());
    }

    /** Brings the process up. {@link #awaitRuntime} and {@link #load} follow. */
    static Instance launch(InstanceSpec spec, InstanceLauncher launcher) throws LaunchException {
        long begin = System.nanoTime();
        return new Instance(spec, launcher.launch(spec), begin);
    }

    /**
     * Waits until the runtime is up, at most for the init timeout.
     *
     * @return null when it is, or how the run ends that wanted it
     */
    @Nullable
    Run awaitRuntime() {
        return unlessReady(runtimeUp());
    }

    /**
     * Loads the function's code, in what is left of the init timeout.
     *
     * @return null when the instance is ready, or how the run ends that wanted it
     */
    @Nullable
    Run load() {
        return unlessReady(codeLoaded());
    }

    private @Nullable Run unlessReady(@Nullable RunEnd failure) {
        if (failure == null) {
            return null;
        }
        die();
        return report(failure, Duration.ZERO);
    }

    /**
     * Runs one event and waits for its end, at most for the function's timeout. Afterwards {@link #isUsable} says
     * whether the instance can run another one.
     */
    Run run(String requestId, byte[] event) {
        long handOver = System.nanoTime();
        long deadline = handOver + spec.limits().timeout().toNanos();
        Heard heard = conversation.exchange(Frame.encodeInvoke(requestId, event), log, deadline);
        Duration duration = Duration.ofNanos(System.nanoTime() - handOver);
        return report(endOfRun(heard), duration);
    }

    boolean isUsable() {
        return !gone && !stopped && launched.isAlive();
    }

    /** Asks the instance's process to end: SIGTERM. A function that handles the signal goes on in its own way. */
    void terminate() {
        launched.terminate();
    }

    /** Kills the instance, whatever it is doing; a run in progress ends as {@link RunEnd.Stopped}. */
    void stop() {
        stopped = true;
        launched.kill();
    }

    /** Kills the instance and releases what it holds. Nobody may be running it. */
    void discard() {
        launched.discard();
    }

    private @Nullable RunEnd runtimeUp() {
        Heard hello = conversation.exchange(null, log, initDeadline());
        initRuntime = Duration.ofNanos(System.nanoTime() - begin);
        coldStart = new ColdStart(initRuntime, Duration.ZERO, 0);
        if (hello instanceof Heard.Answer(Frame first) && first.type() == FrameType.HELLO) {
            return null;
        }
        return hello instanceof Heard.Nothing || stopped ? endOfLoading(hello) : neverStarted();
    }

    private @Nullable RunEnd codeLoaded() {
        long asked = System.nanoTime();
        Heard answer = conversation.exchange(LoadRequest.of(spec).encode(), log, initDeadline());
        RunEnd failure = endOfLoading(answer);
        coldStart = new ColdStart(initRuntime, Duration.ofNanos(System.nanoTime() - asked), memoryBytes);
        return failure;
    }

    private long initDeadline() {
        return begin + spec.limits().initTimeout().toNanos();
    }

    private RunEnd neverStarted() {
        die();
        OptionalInt exitCode = launched.exitCode();
        String output = new String(log.toBytes(), StandardCharsets.UTF_8).strip();
        return new RunEnd.NotStarted("the " + spec.language().command() + " process ended at once"
                + (exitCode.isPresent() ? " with " + exitCode.getAsInt() : "")
                + (output.isEmpty() ? "" : ": " + output));
    }

    /** How loading ended if it did not succeed. */
    private @Nullable RunEnd endOfLoading(Heard heard) {
        return switch (heard) {
            case Heard.Nothing() -> new RunEnd.InitTimedOut(spec.limits().initTimeout());
            case Heard.Gone() -> endOfProcess(true);
            case Heard.Nonsense(String message) -> new RunEnd.Broken(message);
            case Heard.Answer(Frame frame) -> {
                try {
                    yield endOfLoading(understood(frame));
                } catch (BrokenFrameException e) {
                    yield new RunEnd.Broken(String.valueOf(e.getMessage()));
                }
            }
        };
    }

    private @Nullable RunEnd endOfLoading(Answer answer) throws BrokenFrameException {
        return switch (answer.type()) {
            case READY -> null;
            case CODE_NOT_LOADED -> {
                Answer.Failure failure = answer.failure();
                yield new RunEnd.CodeNotLoaded(failure.message(), failure.stackTrace());
            }
            case HANDLER_NOT_FOUND ->
                new RunEnd.HandlerNotFound(answer.failure().message());
            case OUT_OF_MEMORY -> outOfMemory(answer.failure().message());
            case LOAD, INVOKE, HELLO, RETURNED, RAISED, BAD_EVENT, BAD_RETURN, RETURN_TOO_LARGE ->
                throw unexpected(answer, "while it was loaded");
        };
    }

    private RunEnd endOfRun(Heard heard) {
        RunEnd end = switch (heard) {
            case Heard.Nothing() -> new RunEnd.TimedOut(spec.limits().timeout());
            case Heard.Gone() -> endOfProcess(false);
            case Heard.Nonsense(String message) -> new RunEnd.Broken(message);
            case Heard.Answer(Frame frame) -> {
                try {
                    yield endOfRun(understood(frame));
                } catch (BrokenFrameException e) {
                    yield new RunEnd.Broken(String.valueOf(e.getMessage()));
                }
            }
        };
        if (!leavesInstanceUsable(end)) {
            die();
        }
        return end;
    }

    private RunEnd endOfRun(Answer answer) throws BrokenFrameException {
        return switch (answer.type()) {
            case RETURNED -> new RunEnd.Returned(answer.body());
            case RAISED -> {
                Answer.Failure failure = answer.failure();
                yield new RunEnd.Raised(failure.message(), failure.stackTrace());
            }
            case BAD_EVENT -> new RunEnd.BadEvent(answer.failure().message());
            case BAD_RETURN -> new RunEnd.BadReturn(answer.failure().message());
            case RETURN_TOO_LARGE -> new RunEnd.ReturnTooLarge(answer.failure().message());
            case OUT_OF_MEMORY -> outOfMemory(answer.failure().message());
            case LOAD, INVOKE, HELLO, READY, CODE_NOT_LOADED, HANDLER_NOT_FOUND ->
                throw unexpected(answer, "during a run");
        };
    }

    private Answer understood(Frame frame) throws BrokenFrameException {
        Answer answer = Answer.of(frame);
        memoryBytes = answer.memoryBytes();
        return answer;
    }

    /** SCF: only 433, 434 and 439 cost the instance. */
    private static boolean leavesInstanceUsable(RunEnd end) {
        return switch (end) {
            case RunEnd.Returned returned -> true;
            case RunEnd.Raised raised -> true;
            case RunEnd.BadEvent badEvent -> true;
            case RunEnd.BadReturn badReturn -> true;
            case RunEnd.ReturnTooLarge tooLarge -> true;
            case RunEnd.TimedOut timedOut -> false;
            case RunEnd.OutOfMemory outOfMemory -> false;
            case RunEnd.Exited exited -> false;
            case RunEnd.Broken broken -> false;
            case RunEnd.Stopped stopped -> false;
            case RunEnd.HandlerNotFound notFound -> false;
            case RunEnd.CodeNotLoaded notLoaded -> false;
            case RunEnd.InitTimedOut initTimedOut -> false;
            case RunEnd.NoGrowth noGrowth -> false;
            case RunEnd.NotStarted notStarted -> false;
        };
    }

    private RunEnd endOfProcess(boolean whileLoading) {
        if (stopped) {
            return new RunEnd.Stopped();
        }
        OptionalInt exitCode = launched.exitCode();
        if (exitCode.isEmpty()) {
            return new RunEnd.Broken("it closed its side of the channel and went on");
        }
        if (exitCode.getAsInt() == ABORTED && spec.language() == Language.NODEJS && heapWasFull()) {
            return outOfMemory("the JavaScript heap is full");
        }
        return new RunEnd.Exited(exitCode.getAsInt(), whileLoading);
    }

    private boolean heapWasFull() {
        conversation.drainLog(log);
        return new String(log.toBytes(), StandardCharsets.UTF_8).contains("JavaScript heap out of memory");
    }

    private RunEnd outOfMemory(String message) {
        return new RunEnd.OutOfMemory(spec.limits().memoryMb(), message);
    }

    private static BrokenFrameException unexpected(Answer answer, String when) {
        return new BrokenFrameException("a " + answer.type() + " frame " + when);
    }

    /** Kills what is left of the instance and takes the last of its log. */
    private void die() {
        gone = true;
        launched.kill();
        conversation.drainLog(log);
    }

    private Run report(RunEnd end, Duration duration) {
        Run run = new Run(end, duration, memoryBytes, log.toBytes(), coldStart);
        log = new CappedLog(LOG_LIMIT);
        coldStart = null;
        return run;
    }
}
