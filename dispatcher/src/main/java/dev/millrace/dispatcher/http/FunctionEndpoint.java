package dev.millrace.dispatcher.http;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.Mistake;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.kafka.code.CodeStore;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.kafka.registry.RegistryWriter;
import dev.millrace.kafka.registry.RevisionConflictException;
import dev.millrace.program.Json;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Functions: create, replace, look at, remove. */
final class FunctionEndpoint {

    private static final int MAX_PAGE = 1000;

    private final Registry registry;
    private final RegistryWriter writer;
    private final CodeStore code;

    FunctionEndpoint(Registry registry, RegistryWriter writer, CodeStore code) {
        this.registry = registry;
        this.writer = writer;
        this.code = code;
    }

    /** Creates or replaces; the same definition and package once more change nothing. */
    void put(Context context) throws IOException {
        Query.of(context);
        FunctionRef ref = Names.functionRef(context);
        Optional<FunctionDefinition> before = registry.view().function(ref);
        try (FunctionUpload upload = FunctionUpload.read(context, ref, writer::mistakesIn)) {
            requireRunnable(upload, before);
            CodeRef stored = codeOf(upload, before);
            FunctionDefinition function = writer.putFunction(upload.spec(), stored, Preconditions.of(context));
            context.status(before.isPresent() ? 200 : 201);
            context.header("Location", location(ref));
            answer(context, function);
        } catch (InvalidDefinitionException e) {
            throw FunctionUpload.invalid(e.mistakes());
        } catch (RevisionConflictException e) {
            throw Preconditions.conflict(e);
        }
    }

    void get(Context context) {
        Query.of(context);
        answer(context, Names.function(context, registry.view()));
    }

    void delete(Context context) {
        Query.of(context);
        FunctionRef ref = Names.functionRef(context);
        try {
            if (!writer.deleteFunction(ref, Preconditions.of(context))) {
                throw Names.noFunction(ref, registry.view());
            }
        } catch (RevisionConflictException e) {
            throw Preconditions.conflict(e);
        }
        context.status(204);
    }

    void list(Context context) {
        Query query = Query.of(context, "limit", "cursor");
        int limit = query.number("limit", 100, 1, MAX_PAGE);
        String after = query.text("cursor").orElse("");
        String namespace = Names.namespace(context).orElse(FunctionRef.DEFAULT_NAMESPACE);
        RegistryView view = registry.view();
        List<FunctionDefinition> rest = view.functions(namespace).stream()
                .filter(function -> function.ref().name().compareTo(after) > 0)
                .sorted(java.util.Comparator.comparing(FunctionDefinition::ref))
                .toList();
        List<FunctionDefinition> page = rest.subList(0, Math.min(limit, rest.size()));
        String next = page.size() < rest.size() ? page.getLast().ref().name() : null;
        context.json(Json.list(page.stream().map(FunctionJson::of).toList(), next));
    }

    /** What no worker of this release can run is refused now rather than found out by its first event. */
    private static void requireRunnable(FunctionUpload upload, Optional<FunctionDefinition> before) {
        RuntimeKind runtime = upload.spec().runtime();
        boolean sent = upload.code() != null;
        boolean hasCode =
                sent || before.map(function -> function.code() != null).orElse(false);
        @Nullable
        Mistake mistake = switch (runtime) {
            case PYTHON3, NODEJS ->
                hasCode
                        ? null
                        : new Mistake(
                                "code",
                                "is required: a function of runtime " + runtime.text()
                                        + " comes as multipart/form-data with the parts spec and code");
            case JAVA ->
                sent
                        ? new Mistake(
                                "runtime",
                                "java packages are not built yet; java without a package, for a"
                                        + " handler registered in an embedding program, is")
                        : null;
            case CUSTOM, WEB ->
                new Mistake("runtime", runtime.text() + " functions are not built yet; python3 and nodejs are");
        };
        if (mistake != null) {
            throw FunctionUpload.invalid(List.of(mistake));
        }
    }

    /** A definition without a package leaves the package as it is; a handler of an embedding program has none. */
    private @Nullable CodeRef codeOf(FunctionUpload upload, Optional<FunctionDefinition> before) throws IOException {
        if (upload.code() != null) {
            return code.put(upload.code());
        }
        boolean embedded = upload.spec().runtime() == RuntimeKind.JAVA;
        return embedded || before.isEmpty() ? null : before.get().code();
    }

    private static void answer(Context context, FunctionDefinition function) {
        context.header("ETag", "\"" + function.revision() + "\"");
        context.json(FunctionJson.of(function));
    }

    static String location(FunctionRef ref) {
        return ref.namespace().equals(FunctionRef.DEFAULT_NAMESPACE)
                ? "/v1/functions/" + ref.name()
                : "/v1/namespaces/" + ref.namespace() + "/functions/" + ref.name();
    }
}
