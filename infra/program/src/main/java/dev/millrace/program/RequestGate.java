package dev.millrace.program;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.router.Endpoint;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * What every request of a listener passes: the key, the size of the body, the handler, and on the way back the problem
 * document and the figures.
 */
final class RequestGate {

    private static final Logger log = LoggerFactory.getLogger(RequestGate.class);
    private static final String ROUTE = "millrace.route";
    private static final String STARTED = "millrace.started";

    private final String listener;
    private final ApiKeys keys;
    private final Metrics metrics;

    RequestGate(String listener, ApiKeys keys, Metrics metrics) {
        this.listener = listener;
        this.keys = keys;
        this.metrics = metrics;
    }

    void install(JavalinConfig config, List<Routes> programs) {
        config.routes.before(context -> context.attribute(STARTED, System.nanoTime()));
        for (Routes program : programs) {
            for (Route route : program.routes()) {
                config.routes.addEndpoint(new Endpoint(route.method(), route.path(), context -> pass(context, route)));
            }
        }
        config.routes.exception(ProblemException.class, (e, context) -> answer(context, e.problem()));
        config.routes.exception(HttpResponseException.class, (e, context) -> answer(context, ofFramework(e, context)));
        config.routes.exception(Exception.class, (e, context) -> answer(context, unexpected(e, context)));
        config.routes.after(this::measure);
    }

    /** The most bytes a body may have on the route that is being answered. */
    static long maxBody(Context context) {
        Route route = context.attribute(ROUTE);
        return route == null ? 0 : route.maxBody();
    }

    private void pass(Context context, Route route) throws Exception {
        context.attribute(ROUTE, route);
        if (!route.open() && !keys.admit(context.header("Authorization"))) {
            throw Problem.of(
                            401,
                            "unauthorized",
                            "A valid key is needed",
                            "send the header Authorization: Bearer KEY with a key of this installation")
                    .withHeader("WWW-Authenticate", "Bearer")
                    .exception();
        }
        RequestBody.requireDeclaredSize(context, route.maxBody());
        route.handler().handle(context);
    }

    private static void answer(Context context, Problem problem) {
        context.status(problem.status());
        problem.headers().forEach(context::header);
        context.json(problem.members());
        context.contentType(Problem.MEDIA_TYPE);
    }

    private static Problem ofFramework(HttpResponseException e, Context context) {
        String asked = context.method().name() + " " + context.path();
        if (e instanceof MethodNotAllowedResponse) {
            String allowed = String.join(", ", e.getDetails().values());
            return Problem.of(
                            405,
                            "method-not-allowed",
                            "Method not allowed",
                            asked + " is not answered; allowed: " + allowed)
                    .withHeader("Allow", allowed);
        }
        return switch (e.getStatus()) {
            case 404 -> Problem.notFound("nothing is served at " + asked + "; the routes are listed at /openapi.yaml");
            case 413 -> Problem.tooLarge("the request is larger than this route takes");
            default ->
                Problem.of(
                        Math.clamp(e.getStatus(), 400, 599),
                        "http-" + e.getStatus(),
                        "The request failed",
                        String.valueOf(e.getMessage()));
        };
    }

    private static Problem unexpected(Exception e, Context context) {
        if (e instanceof JacksonException json) {
            return Problem.malformed("the body is not what this request takes: " + json.getOriginalMessage());
        }
        String reference = UUID.randomUUID().toString().substring(0, 8);
        log.error("request failed, reference {}: {} {}", reference, context.method(), context.path(), e);
        return Problem.of(
                        500,
                        "internal",
                        "Something went wrong here",
                        "the request failed for a reason that is not yours; the log has the details under reference "
                                + reference)
                .with("reference", reference);
    }

    private void measure(Context context) {
        Long started = context.attribute(STARTED);
        if (started == null) {
            return;
        }
        @Nullable Route route = context.attribute(ROUTE);
        Timer.builder("millrace.http.requests")
                .description("Requests answered, by route and status")
                .tag("listener", listener)
                .tag("method", route == null ? "none" : route.method().name())
                .tag("route", route == null ? "none" : route.path())
                .tag("status", Integer.toString(context.statusCode()))
                .register(metrics.registry())
                .record(Duration.ofNanos(System.nanoTime() - started));
    }
}
