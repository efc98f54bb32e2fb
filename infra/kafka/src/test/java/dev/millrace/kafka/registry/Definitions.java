package dev.millrace.kafka.registry;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.FunctionSpecJson;
import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.contract.TriggerSpecJson;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Definitions for tests. */
final class Definitions {

    static final FunctionRef RESIZE = FunctionRef.of("resize");
    static final CodeRef CODE = new CodeRef("ab".repeat(32), 1000, 2, 77, 1);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Definitions() {}

    static FunctionSpec function(FunctionRef ref, int memory) {
        try {
            return FunctionSpecJson.read(JSON.readTree("""
                    {"name":"%s","namespace":"%s","runtime":"Python3.10","memorySize":%d,"environment":{"LEVEL":"info"}}""".formatted(ref.name(), ref.namespace(), memory)));
        } catch (InvalidDefinitionException e) {
            throw new AssertionError(e);
        }
    }

    static FunctionSpec function(FunctionRef ref) {
        return function(ref, 128);
    }

    static TriggerRef trigger(String name) {
        return new TriggerRef(RESIZE, name);
    }

    static TriggerSpec.Cos cos(String bucket, String event, String prefix, String suffix) {
        return new TriggerSpec.Cos(bucket, List.of(event), prefix, suffix);
    }

    static TriggerSpec timer(String cron) {
        try {
            return TriggerSpecJson.read(JSON.readTree("{\"type\":\"timer\",\"cron\":\"" + cron + "\"}"), Instant.EPOCH)
                    .spec();
        } catch (InvalidDefinitionException e) {
            throw new AssertionError(e);
        }
    }
}
