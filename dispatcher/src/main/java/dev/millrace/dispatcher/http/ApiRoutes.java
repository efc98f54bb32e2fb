package dev.millrace.dispatcher.http;

import dev.millrace.contract.Limits;
import dev.millrace.program.Health;
import dev.millrace.program.InternalRoutes;
import dev.millrace.program.Route;
import dev.millrace.program.Routes;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Everything the dispatcher answers, in one list. {@code openapi.yaml} beside this class says the same to the outside; a
 * test compares the two.
 */
public final class ApiRoutes implements Routes {

    private static final String ROOT = "/v1";
    private static final String NAMESPACE = "/v1/namespaces/{namespace}";
    private static final String FUNCTION = "/functions/{function}";
    private static final String TRIGGER = "/functions/{function}/triggers/{trigger}";
    private static final String INVOCATION = "/invocations/{requestId}";

    /** For requests whose body says nothing yet. */
    private static final long SMALL = 64 * 1024;

    /** An edited event, or ten thousand request IDs. */
    private static final long DEAD_LETTER_WISH = 512 * 1024;

    private static final List<HandlerType> ANY_METHOD = List.of(
            HandlerType.GET,
            HandlerType.PUT,
            HandlerType.POST,
            HandlerType.DELETE,
            HandlerType.PATCH,
            HandlerType.HEAD,
            HandlerType.OPTIONS);

    private final List<Route> routes = new ArrayList<>();

    /** The routes of these endpoints. */
    ApiRoutes(
            NamespaceEndpoint namespaces,
            FunctionEndpoint functions,
            TriggerEndpoint triggers,
            AcceptEndpoint accept,
            CallEndpoint call,
            InvocationEndpoint invocations,
            ReplayEndpoint replays,
            LogEndpoint logs,
            DeadLetterEndpoint letters,
            QueueEndpoint queues,
            WorkerEndpoint workers,
            CancelEndpoint cancel,
            RebuildEndpoint rebuild,
            AuditEndpoint audit,
            Health health) {
        add(Route.put(NAMESPACE, SMALL, namespaces::put));
        add(Route.get(NAMESPACE, namespaces::get));
        functions(functions);
        triggers(triggers);
        invocations(accept, call, invocations, logs);
        namespaced(Route.post(INVOCATION + "/replay", ReplayWish.MAX_REQUEST, replays::replay));
        namespaced(Route.get("/queues", queues::list));
        namespaced(Route.get("/scaling", queues::scalingOfAll));
        namespaced(Route.get("/scaling/{function}", queues::scaling));
        deadLetters(letters);
        add(Route.get(ROOT + "/workers", workers::list));
        add(Route.post(ROOT + "/workers/{worker}/drain", SMALL, workers::drain));
        namespaced(Route.post(INVOCATION + "/cancel", SMALL, cancel::cancel));
        add(Route.get(ROOT + "/redis/rebuild", rebuild::progress));
        add(Route.post(ROOT + "/redis/rebuild", SMALL, rebuild::begin));
        add(Route.post(ROOT + "/audit", SMALL, audit::audit));
        routes.addAll(InternalRoutes.health(health));
        add(Route.get("/openapi.yaml", ApiRoutes::openApi).withoutKey());
    }

    @Override
    public List<Route> routes() {
        return List.copyOf(routes);
    }

    private void functions(FunctionEndpoint functions) {
        namespaced(Route.get("/functions", functions::list));
        namespaced(Route.put(FUNCTION, FunctionUpload.MAX_REQUEST, functions::put));
        namespaced(Route.get(FUNCTION, functions::get));
        namespaced(Route.delete(FUNCTION, functions::delete));
        Handler http = NotBuiltYet.feature("raw HTTP to a function");
        for (HandlerType method : ANY_METHOD) {
            namespaced(new Route(method, FUNCTION + "/http/<path>", Limits.SYNC_EVENT_BYTES, false, http));
        }
    }

    private void triggers(TriggerEndpoint triggers) {
        namespaced(Route.get(FUNCTION + "/triggers", triggers::list));
        namespaced(Route.put(TRIGGER, TriggerEndpoint.MAX_REQUEST, triggers::put));
        namespaced(Route.get(TRIGGER, triggers::get));
        namespaced(Route.delete(TRIGGER, triggers::delete));
        namespaced(Route.get(TRIGGER + "/next", triggers::next));
        namespaced(Route.post(TRIGGER + "/pause", SMALL, triggers::pause));
        namespaced(Route.post(TRIGGER + "/resume", SMALL, triggers::resume));
    }

    private void invocations(
            AcceptEndpoint accept, CallEndpoint call, InvocationEndpoint invocations, LogEndpoint logs) {
        namespaced(Route.post(FUNCTION + "/invocations", Limits.SYNC_EVENT_BYTES, context -> {
            if (wantsAnswerLater(context)) {
                accept.accept(context);
            } else {
                call.call(context);
            }
        }));
        namespaced(Route.get(FUNCTION + "/invocations", invocations::recent));
        namespaced(Route.get(INVOCATION, invocations::get));
        namespaced(Route.get(INVOCATION + "/logs", logs::get));
        namespaced(Route.get(INVOCATION + "/event", invocations::event));
    }

    private void deadLetters(DeadLetterEndpoint letters) {
        namespaced(Route.get("/dead-letters", letters::list));
        namespaced(Route.post("/dead-letters/replay", DEAD_LETTER_WISH, letters::replay));
        namespaced(Route.post("/dead-letters/drop", DEAD_LETTER_WISH, letters::drop));
        namespaced(Route.get("/dead-letters/{requestId}", letters::show));
        namespaced(Route.delete("/dead-letters/{requestId}", letters::dropOne));
    }

    /** RFC 7240. */
    private static boolean wantsAnswerLater(Context context) {
        String prefer = context.header("Prefer");
        return prefer != null && prefer.toLowerCase(Locale.ROOT).contains("respond-async");
    }

    /** Every path has a short form, and a general one that names the namespace. */
    private void namespaced(Route route) {
        add(at(ROOT, route));
        add(at(NAMESPACE, route));
    }

    private void add(Route route) {
        routes.add(new Route(
                route.method(), route.path(), route.maxBody(), route.open(), Backing.guarded(route.handler())));
    }

    private static Route at(String root, Route route) {
        return new Route(route.method(), root + route.path(), route.maxBody(), route.open(), route.handler());
    }

    private static void openApi(Context context) {
        context.contentType("application/yaml; charset=utf-8").result(document());
    }

    /** The description of all this. */
    static byte[] document() {
        try (InputStream in = ApiRoutes.class.getResourceAsStream("openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is missing from the build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
