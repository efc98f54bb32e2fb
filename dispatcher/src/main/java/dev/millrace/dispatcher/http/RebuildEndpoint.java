package dev.millrace.dispatcher.http;

import dev.millrace.dispatcher.record.Rebuild;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results written to Redis again from the outcome log: beginning it, and how far it is. */
final class RebuildEndpoint {

    private final Rebuild rebuild;

    RebuildEndpoint(Rebuild rebuild) {
        this.rebuild = rebuild;
    }

    void begin(Context context) {
        Query.of(context);
        context.status(202).json(json(rebuild.begin()));
    }

    void progress(Context context) {
        Query.of(context);
        context.json(json(rebuild.progress()));
    }

    private static Map<String, Object> json(List<Rebuild.Progress> progress) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rebuilding", progress.stream().anyMatch(one -> one.until().isPresent()));
        json.put(
                "recordsLeft",
                progress.stream().mapToLong(Rebuild.Progress::left).sum());
        json.put("partitions", progress.stream().map(RebuildEndpoint::json).toList());
        return json;
    }

    private static Map<String, Object> json(Rebuild.Progress progress) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("partition", progress.partition());
        json.put("recorded", progress.recorded() < 0 ? null : progress.recorded());
        json.put("until", progress.until().isPresent() ? progress.until().getAsLong() : null);
        return json;
    }
}
