package dev.millrace.kafka.registry;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.FunctionSpecJson;
import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.NamespaceDefinition;
import dev.millrace.contract.NamespaceJson;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.contract.TriggerSpecJson;
import dev.millrace.contract.TriggerType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The registry's records: a readable key and JSON with a version. A change of form raises the version; what a newer
 * program wrote is refused, not guessed at. Pure and thread-safe.
 */
final class RegistryCodec {

    private static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String INSTALLATION = "installation";
    private static final String NAMESPACE = "namespace";
    private static final String FUNCTION = "function";
    private static final String TRIGGER = "trigger";
    private static final String RETIRED = "retired";

    private RegistryCodec() {}

    /** The record's key: what replaces what. */
    static byte[] key(RegistryChange change) {
        String key = switch (change) {
            case RegistryChange.Installed installed -> INSTALLATION;
            case RegistryChange.NamespacePut put ->
                NAMESPACE + "/" + put.namespace().name();
            case RegistryChange.FunctionPut put ->
                FUNCTION + "/" + put.function().ref();
            case RegistryChange.FunctionRemoved removed -> FUNCTION + "/" + removed.ref();
            case RegistryChange.TriggerPut put -> TRIGGER + "/" + put.trigger().ref();
            case RegistryChange.TriggerRemoved removed -> TRIGGER + "/" + removed.ref();
            case RegistryChange.TriggerRetired retired ->
                RETIRED + "/" + retired.trigger().number();
        };
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /** The record's value; {@code null} for a removal. */
    static byte @Nullable [] value(RegistryChange change) {
        ObjectNode json = JSON.createObjectNode().put("v", VERSION);
        switch (change) {
            case RegistryChange.Installed installed -> write(installed.installation(), json);
            case RegistryChange.NamespacePut put -> write(put.namespace(), json);
            case RegistryChange.FunctionPut put -> write(put.function(), json);
            case RegistryChange.TriggerPut put -> write(put.trigger(), json);
            case RegistryChange.TriggerRetired retired -> write(retired.trigger(), json);
            case RegistryChange.FunctionRemoved removed -> {
                return null;
            }
            case RegistryChange.TriggerRemoved removed -> {
                return null;
            }
        }
        return JSON.writeValueAsBytes(json);
    }

    /**
     * Reads a record.
     *
     * @throws MalformedException whatever is wrong with it
     */
    static RegistryChange read(byte @Nullable [] key, byte @Nullable [] value) throws MalformedException {
        if (key == null) {
            throw new MalformedException("it has no key");
        }
        List<String> path = List.of(new String(key, StandardCharsets.UTF_8).split("/", -1));
        try {
            return value == null ? removal(path) : change(path, content(value));
        } catch (InvalidDefinitionException | IllegalArgumentException | JacksonException | IOException e) {
            throw new MalformedException(String.valueOf(e.getMessage()));
        }
    }

    private static RegistryChange change(List<String> path, JsonNode json)
            throws MalformedException, InvalidDefinitionException, IOException {
        return switch (path.getFirst()) {
            case INSTALLATION -> new RegistryChange.Installed(installation(json));
            case NAMESPACE -> new RegistryChange.NamespacePut(namespace(part(path, 1, 2), json));
            case FUNCTION -> new RegistryChange.FunctionPut(function(functionRef(path), json));
            case TRIGGER -> new RegistryChange.TriggerPut(trigger(triggerRef(path), json));
            case RETIRED -> new RegistryChange.TriggerRetired(retired(path, json));
            default -> throw new MalformedException("nothing is kept under such a key");
        };
    }

    private static RegistryChange removal(List<String> path) throws MalformedException {
        return switch (path.getFirst()) {
            case FUNCTION -> new RegistryChange.FunctionRemoved(functionRef(path));
            case TRIGGER -> new RegistryChange.TriggerRemoved(triggerRef(path));
            default -> throw new MalformedException("nothing under such a key is ever removed");
        };
    }

    private static JsonNode content(byte[] value) throws MalformedException {
        JsonNode json = JSON.readTree(value);
        int version = json.path("v").asInt(0);
        if (version != VERSION) {
            throw new MalformedException("its version is " + version + ", known here is " + VERSION);
        }
        return json;
    }

    private static void write(Installation installation, ObjectNode json) {
        json.put("requestIdKey", installation.requestIdKey())
                .put("nextTrigger", installation.nextTrigger())
                .put("createdAt", installation.createdAt());
    }

    private static Installation installation(JsonNode json) throws IOException {
        return new Installation(
                json.required("requestIdKey").binaryValue(),
                json.required("nextTrigger").intValue(),
                json.required("createdAt").longValue());
    }

    private static void write(NamespaceDefinition namespace, ObjectNode json) {
        NamespaceJson.write(namespace.limits(), json);
        json.put("revision", namespace.revision())
                .put("createdAt", namespace.createdAt())
                .put("modifiedAt", namespace.modifiedAt());
    }

    private static NamespaceDefinition namespace(String name, JsonNode json) throws InvalidDefinitionException {
        return new NamespaceDefinition(
                name,
                NamespaceJson.limitsAmong(json.asObject()),
                json.required("revision").longValue(),
                json.required("createdAt").longValue(),
                json.required("modifiedAt").longValue());
    }

    private static void write(FunctionDefinition function, ObjectNode json) {
        json.set("spec", FunctionSpecJson.write(function.spec()));
        CodeRef code = function.code();
        if (code != null) {
            json.putObject("code")
                    .put("sha256", code.sha256())
                    .put("length", code.length())
                    .put("partition", code.partition())
                    .put("offset", code.offset())
                    .put("chunks", code.chunks());
        }
        json.put("version", function.version())
                .put("revision", function.revision())
                .put("createdAt", function.createdAt())
                .put("modifiedAt", function.modifiedAt());
    }

    private static FunctionDefinition function(FunctionRef ref, JsonNode json)
            throws MalformedException, InvalidDefinitionException {
        FunctionSpec spec = FunctionSpecJson.read(json.required("spec"));
        if (!spec.ref().equals(ref)) {
            throw new MalformedException("its key says another name than its content: " + spec.ref());
        }
        return new FunctionDefinition(
                spec,
                code(json.get("code")),
                json.required("version").stringValue(),
                json.required("revision").longValue(),
                json.required("createdAt").longValue(),
                json.required("modifiedAt").longValue());
    }

    private static @Nullable CodeRef code(@Nullable JsonNode json) {
        if (json == null || json.isNull()) {
            return null;
        }
        return new CodeRef(
                json.required("sha256").stringValue(),
                json.required("length").longValue(),
                json.required("partition").intValue(),
                json.required("offset").longValue(),
                json.required("chunks").intValue());
    }

    private static void write(TriggerDefinition trigger, ObjectNode json) {
        json.set("spec", TriggerSpecJson.write(trigger.spec(), trigger.enabled()));
        if (trigger.paused()) {
            json.put("paused", true);
        }
        json.put("number", trigger.number())
                .put("partitions", trigger.partitions())
                .put("revision", trigger.revision())
                .put("createdAt", trigger.createdAt())
                .put("modifiedAt", trigger.modifiedAt());
    }

    private static TriggerDefinition trigger(TriggerRef ref, JsonNode json) throws InvalidDefinitionException {
        JsonNode spec = json.required("spec");
        TriggerSpecJson.Read read =
                TriggerType.API.text().equals(spec.path("type").asString(""))
                        ? new TriggerSpecJson.Read(
                                new TriggerSpec.Api(), spec.path("enabled").asBoolean(true))
                        // A schedule whose last tick is past is still a definition.
                        : TriggerSpecJson.readStored(spec);
        return new TriggerDefinition(
                ref,
                json.required("number").intValue(),
                read.spec(),
                read.enabled(),
                json.path("paused").asBoolean(false),
                json.required("partitions").intValue(),
                json.required("revision").longValue(),
                json.required("createdAt").longValue(),
                json.required("modifiedAt").longValue());
    }

    private static void write(RetiredTrigger retired, ObjectNode json) {
        json.put("namespace", retired.ref().function().namespace())
                .put("function", retired.ref().function().name())
                .put("trigger", retired.ref().name())
                .put("type", retired.type().text())
                .put("partitions", retired.partitions())
                .put("retiredAt", retired.retiredAt());
        if (retired.drained()) {
            json.put("drained", true);
        }
    }

    private static RetiredTrigger retired(List<String> path, JsonNode json) throws MalformedException {
        FunctionRef function = new FunctionRef(
                json.required("namespace").stringValue(),
                json.required("function").stringValue());
        String type = json.required("type").stringValue();
        return new RetiredTrigger(
                Integer.parseInt(part(path, 1, 2)),
                new TriggerRef(function, json.required("trigger").stringValue()),
                TriggerType.ofText(type).orElseThrow(() -> new MalformedException("no trigger is of type " + type)),
                json.required("partitions").intValue(),
                json.required("retiredAt").longValue(),
                json.path("drained").asBoolean(false));
    }

    private static FunctionRef functionRef(List<String> path) throws MalformedException {
        return new FunctionRef(part(path, 1, 3), part(path, 2, 3));
    }

    private static TriggerRef triggerRef(List<String> path) throws MalformedException {
        return new TriggerRef(new FunctionRef(part(path, 1, 4), part(path, 2, 4)), part(path, 3, 4));
    }

    private static String part(List<String> path, int index, int parts) throws MalformedException {
        if (path.size() != parts) {
            throw new MalformedException("its key has " + path.size() + " parts, not " + parts);
        }
        return path.get(index);
    }
}
