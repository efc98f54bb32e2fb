package dev.millrace.worker.execute;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.instances.InstanceHost;
import dev.millrace.instances.InstancePool;
import dev.millrace.instances.InstanceSpec;
import dev.millrace.instances.Interpreters;
import dev.millrace.instances.Language;
import dev.millrace.instances.PoolLimits;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** What running functions in child processes takes: their code, interpreters, and the host of the instances. Thread-safe. */
public final class Processes implements AutoCloseable {

    /** An installation of one's own belongs to no account of a cloud; functions are told so in SCF's words. */
    private static final InstanceSpec.Account ACCOUNT = new InstanceSpec.Account("local", "0", "0");

    private final InstanceHost host;
    private final Interpreters interpreters;
    private final CodeCache code;
    private final PoolLimits limits;
    private final RequestIds requestIds;
    private final Set<RuntimeKind> wanted;

    /**
     * @param wanted languages this worker shall run
     * @param limits of the instances of one function
     */
    public Processes(
            InstanceHost host,
            Interpreters interpreters,
            CodeCache code,
            PoolLimits limits,
            RequestIds requestIds,
            Set<RuntimeKind> wanted) {
        this.host = host;
        this.interpreters = interpreters;
        this.code = code;
        this.limits = limits;
        this.requestIds = requestIds;
        this.wanted = Set.copyOf(wanted);
    }

    /** Why functions of this runtime are left to other workers, and what to do about it; nothing when they are not. */
    public Optional<String> reasonToLeave(RuntimeKind runtime) {
        if (!wanted.contains(runtime)) {
            return Optional.of("this worker was told not to run " + runtime.text());
        }
        return Language.ofRuntime(runtime.text()).flatMap(interpreters::missing);
    }

    FunctionRunner runner(FunctionDefinition function, CodeRef ref) {
        return new ProcessRunner(code, ref, directory -> pool(function, directory), requestIds);
    }

    private InstancePool pool(FunctionDefinition function, Path directory) {
        FunctionSpec spec = function.spec();
        InstanceSpec instances = new InstanceSpec(
                new InstanceSpec.Function(spec.ref().namespace(), spec.ref().name(), function.version()),
                ACCOUNT,
                spec.runtimeName(),
                spec.handler(),
                directory,
                new InstanceSpec.Limits(spec.memorySize(), spec.timeout(), spec.initTimeout()),
                spec.environment());
        return host.pool(instances, limits);
    }

    /** Kills every instance. Runs in progress end as stopped, their events stay open. */
    @Override
    public void close() {
        host.close();
        code.close();
    }
}
