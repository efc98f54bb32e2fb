package dev.millrace.dispatcher.http;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.NamespaceDefinition;
import dev.millrace.contract.NamespaceJson;
import dev.millrace.contract.NamespaceLimits;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryWriter;
import dev.millrace.kafka.registry.RevisionConflictException;
import dev.millrace.program.Json;
import dev.millrace.program.Problem;
import io.javalin.http.Context;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Namespaces: what their functions share. Every namespace exists; of most nothing was ever said. */
final class NamespaceEndpoint {

    private final Registry registry;
    private final RegistryWriter writer;

    NamespaceEndpoint(Registry registry, RegistryWriter writer) {
        this.registry = registry;
        this.writer = writer;
    }

    /** Says what holds from now on; the same once more changes nothing. */
    void put(Context context) {
        Query.of(context);
        String name = name(context);
        boolean known = registry.view().namespace(name).isPresent();
        try {
            NamespaceLimits limits = NamespaceJson.limits(Json.body(context));
            NamespaceDefinition namespace = writer.putNamespace(name, limits, Preconditions.of(context));
            context.status(known ? 200 : 201);
            answer(context, name, Optional.of(namespace));
        } catch (InvalidDefinitionException e) {
            throw FunctionUpload.invalid(e.mistakes());
        } catch (RevisionConflictException e) {
            throw Preconditions.conflict(e);
        }
    }

    void get(Context context) {
        Query.of(context);
        String name = name(context);
        answer(context, name, registry.view().namespace(name));
    }

    private static String name(Context context) {
        String name = context.pathParam("namespace");
        if (!FunctionRef.isNamespace(name)) {
            throw Problem.malformed("a namespace has 1 to 30 letters, digits, - or _, starting with a letter: " + name)
                    .exception();
        }
        return name;
    }

    private static void answer(Context context, String name, Optional<NamespaceDefinition> said) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", name);
        json.putNull("concurrency").putNull("rate");
        said.ifPresent(namespace -> {
            NamespaceJson.write(namespace.limits(), json);
            json.put("revision", namespace.revision());
            json.put("createdAt", Timestamps.of(namespace.createdAt()));
            json.put("modifiedAt", Timestamps.of(namespace.modifiedAt()));
            context.header("ETag", "\"" + namespace.revision() + "\"");
        });
        context.json(json);
    }
}
