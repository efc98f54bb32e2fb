package dev.millrace.worker.execute;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.worker.fate.AttemptEnd;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What this worker can run, and with what. Thread-safe. */
public final class Runners {

    private final Map<FunctionRef, HandlerRegistration<?, ?>> handlers;
    private final JsonMapper mapper;
    private final RequestIds requestIds;
    private final @Nullable Processes processes;

    /**
     * @param handlers of this process
     * @param mapper reads their events and writes their results
     * @param processes for functions with code; {@code null} when this worker runs handlers only
     */
    public Runners(
            Map<FunctionRef, HandlerRegistration<?, ?>> handlers,
            JsonMapper mapper,
            RequestIds requestIds,
            @Nullable Processes processes) {
        this.handlers = Map.copyOf(handlers);
        this.mapper = mapper;
        this.requestIds = requestIds;
        this.processes = processes;
    }

    /**
     * Why this worker leaves a function to others, or nothing when it takes the function's events. What no worker can
     * run is taken by those that run functions with code, so that its events do not wait in vain.
     */
    public Optional<String> reasonToLeave(FunctionDefinition function) {
        if (function.code() == null) {
            return handlers.containsKey(function.ref())
                    ? Optional.empty()
                    : Optional.of("its handler is registered in another program");
        }
        if (processes == null) {
            return Optional.of("it has code, and this worker runs the handlers of its own program only");
        }
        return isBuilt(function.spec().runtime())
                ? processes.reasonToLeave(function.spec().runtime())
                : Optional.empty();
    }

    /** The runner of a function as it is defined now. */
    FunctionRunner of(FunctionDefinition function) {
        FunctionSpec spec = function.spec();
        CodeRef code = function.code();
        if (code == null) {
            HandlerRegistration<?, ?> handler = handlers.get(function.ref());
            return handler == null
                    ? elsewhere(function, "no handler is registered for it in this program")
                    : new HandlerRunner<>(handler, mapper, requestIds::of);
        }
        if (!isBuilt(spec.runtime())) {
            return new NobodyRuns(AttemptEnd.Unrunnable.notBuilt("function " + function.ref() + ": runtime "
                    + spec.runtimeName() + " is not built yet; the event is kept"));
        }
        Optional<String> reason = reasonToLeave(function);
        return processes == null || reason.isPresent()
                ? elsewhere(function, reason.orElse("this worker starts no processes"))
                : processes.runner(function, code);
    }

    private static FunctionRunner elsewhere(FunctionDefinition function, String reason) {
        return new NobodyRuns(new AttemptEnd.NotStarted("this worker cannot run " + function.ref() + ": " + reason));
    }

    private static boolean isBuilt(RuntimeKind runtime) {
        return switch (runtime) {
            case PYTHON3, NODEJS -> true;
            case JAVA, CUSTOM, WEB -> false;
        };
    }
}
