package dev.millrace.program;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Health and figures: what probes and Prometheus ask for. */
public final class InternalRoutes implements Routes {

    private final Health health;
    private final Metrics metrics;

    public InternalRoutes(Health health, Metrics metrics) {
        this.health = health;
        this.metrics = metrics;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/healthz", InternalRoutes::alive).withoutKey(),
                Route.get("/readyz", context -> ready(context, health)).withoutKey(),
                Route.get("/metrics", this::figures).withoutKey());
    }

    /** Health alone, for the listener that users see. */
    public static List<Route> health(Health health) {
        return List.of(
                Route.get("/healthz", InternalRoutes::alive).withoutKey(),
                Route.get("/readyz", context -> ready(context, health)).withoutKey());
    }

    private static void alive(Context context) {
        context.json(Map.of("status", Health.OK));
    }

    private static void ready(Context context, Health health) {
        boolean ready = health.isReady();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", ready ? Health.OK : "not ready");
        answer.put("parts", health.states());
        context.status(ready ? 200 : 503).json(answer);
    }

    private void figures(Context context) {
        context.contentType("text/plain; version=0.0.4; charset=utf-8");
        context.result(metrics.scrape());
    }
}
