package dev.millrace.dispatcher.http;

import dev.millrace.program.Json;
import dev.millrace.program.Problem;
import dev.millrace.redis.WorkerDetails;
import dev.millrace.redis.WorkerLeases;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The workers that live, and asking one of them to finish and take nothing new. */
final class WorkerEndpoint {

    private final WorkerLeases leases;

    WorkerEndpoint(WorkerLeases leases) {
        this.leases = leases;
    }

    void list(Context context) {
        Query.of(context);
        context.json(Json.list(leases.live().stream().map(WorkerEndpoint::json).toList(), null));
    }

    void drain(Context context) {
        Query.of(context);
        String worker = context.pathParam("worker");
        List<String> names = leases.live().stream().map(WorkerDetails::worker).toList();
        if (!names.contains(worker) || !leases.requestDrain(worker)) {
            throw Problem.notFound("no worker " + worker + " is alive" + Query.suggestion(worker, names))
                    .exception();
        }
        context.status(202).json(Map.of("worker", worker, "draining", true));
    }

    private static ObjectNode json(WorkerDetails worker) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("worker", worker.worker());
        json.put("host", worker.host());
        json.put("version", worker.version());
        json.put("startedAt", Timestamps.of(worker.startedAt()));
        json.put("slots", worker.slots());
        json.put("running", worker.running());
        ObjectNode functions = json.putObject("functions");
        new TreeMap<>(worker.functions()).forEach(functions::put);
        return json;
    }
}
