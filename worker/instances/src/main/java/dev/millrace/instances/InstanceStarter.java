package dev.millrace.instances;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings up instances of one function version. Thread-safe; blocks the thread that asks in system calls. */
final class InstanceStarter {

    private static final Logger log = LoggerFactory.getLogger(InstanceStarter.class);

    private final InstanceSpec spec;
    private final InstanceLauncher launcher;
    private final Growth growth;
    private final BootGate boots;

    /**
     * Starts nothing yet.
     *
     * @param growth asked before each start
     * @param boots shared with all that start something on this machine
     */
    InstanceStarter(InstanceSpec spec, InstanceLauncher launcher, Growth growth, BootGate boots) {
        this.spec = spec;
        this.launcher = launcher;
        this.growth = growth;
        this.boots = boots;
    }

    InstanceSpec spec() {
        return spec;
    }

    /** What came of a start. */
    sealed interface Start {
        /** It can run events. */
        record Ready(Instance instance) implements Start {}

        /** It was not needed any more when its turn came, and nothing was started. */
        record Saved() implements Start {}

        /**
         * There is none.
         *
         * @param how as the end of the run that wanted it
         * @param remains what is to be discarded
         */
        record Failed(Run how, @Nullable Instance remains) implements Start {}
    }

    /**
     * Starts one; the first event that it runs is told how long that took.
     *
     * @param needed asked once nothing else is to be waited for
     * @param launched told of the instance as soon as there is something to stop
     */
    Start start(BooleanSupplier needed, Consumer<Instance> launched) {
        try (BootGate.Passage boot = boots.enter()) {
            if (!needed.getAsBoolean()) {
                return new Start.Saved();
            }
            if (!growth.take()) {
                return failed(new RunEnd.NoGrowth());
            }
            Instance instance = Instance.launch(spec, launcher);
            launched.accept(instance);
            return load(instance, boot);
        } catch (LaunchException e) {
            return failed(new RunEnd.NotStarted(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does that.
            return failed(new RunEnd.NotStarted("the start of an instance was interrupted"));
        } catch (RuntimeException e) {
            return failed(broken(e));
        }
    }

    /** Whatever happens from here on, the instance is handed over: somebody has to end its process. */
    private Start load(Instance instance, BootGate.Passage boot) {
        try {
            Run failed = instance.awaitRuntime();
            if (failed == null) {
                boot.isThere();
                failed = instance.load();
            }
            return failed == null ? new Start.Ready(instance) : new Start.Failed(failed, instance);
        } catch (RuntimeException e) {
            return new Start.Failed(Run.without(broken(e)), instance);
        }
    }

    private RunEnd broken(RuntimeException e) {
        log.error("An instance of {} could not be started; who waits for it is told", spec.function(), e);
        return new RunEnd.NotStarted("an instance could not be started: " + e);
    }

    private static Start failed(RunEnd end) {
        return new Start.Failed(Run.without(end), null);
    }
}
