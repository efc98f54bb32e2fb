package dev.millrace.worker;

import dev.millrace.contract.CodeRef;
import dev.millrace.instances.Growth;
import dev.millrace.instances.InstanceHost;
import dev.millrace.instances.Interpreters;
import dev.millrace.instances.PoolLimits;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.code.CodeArchive;
import dev.millrace.kafka.code.CodeStore;
import dev.millrace.kafka.code.DamagedCodeException;
import dev.millrace.kafka.code.RefusedArchiveException;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.worker.execute.CodeCache;
import dev.millrace.worker.execute.Processes;
import dev.millrace.worker.execute.RequestIds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** Ties together what runs functions in processes of their own: the code from Kafka, interpreters, instances. */
final class FunctionProcesses {

    private FunctionProcesses() {}

    /** @param growth whether the fleet may have one instance more at this moment */
    static Processes open(
            WorkerSettings settings, KafkaSettings kafka, Registry registry, RequestIds requestIds, Growth growth)
            throws IOException {
        CodeStore store = new CodeStore(kafka, sha -> registry.view().code(sha));
        CodeCache code = CodeCache.open(
                settings.codeDirectory(),
                settings.codeBytes(),
                (ref, zip, target) -> unpack(store, ref, zip, target),
                Clock.systemUTC());
        String path = System.getenv("PATH");
        Interpreters interpreters = Interpreters.on(path == null ? "" : path);
        InstanceHost host = InstanceHost.open(interpreters, code.workspace(), growth);
        return new Processes(
                host,
                interpreters,
                code,
                new PoolLimits(settings.slots(), settings.idleAfter()),
                requestIds,
                settings.runtimes());
    }

    private static void unpack(CodeStore store, CodeRef ref, Path zip, Path target) throws IOException {
        try {
            store.fetch(ref, zip);
            CodeArchive.check(zip).extractTo(target);
        } catch (DamagedCodeException | RefusedArchiveException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
