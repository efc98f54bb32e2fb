package dev.millrace.cli.function;

import dev.millrace.cli.client.Answer;
import dev.millrace.cli.client.Api;
import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Multipart;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import dev.millrace.cli.source.FunctionFile;
import dev.millrace.cli.source.SourceZip;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a server have what a {@code function.yaml} says, and notes what that changed. Doing it once more changes nothing:
 * the server keeps the revision of what it gets a second time.
 */
public final class Deployment {

    private static final Duration UPLOAD = Duration.ofMinutes(5);
    private static final Duration UNTIL_ACTIVE = Duration.ofMinutes(1);
    private static final long BETWEEN_LOOKS_MS = 200;
    private static final String API_TRIGGER = "api";

    private final Api api;
    private final FunctionFile file;
    private final String path;
    private final List<Change> changes = new ArrayList<>();

    /**
     * What became of the function or of one trigger.
     *
     * @param name {@code hello} or {@code hello/nightly}
     * @param what {@code created}, {@code updated}, {@code unchanged}, {@code removed} or {@code kept}
     */
    record Change(String name, String what) {}

    public Deployment(Api api, FunctionFile file) {
        this.api = api;
        this.file = file;
        this.path = ApiPaths.function(
                file.spec().ref().namespace(), file.spec().ref().name());
    }

    /** Puts the function, with its code if it has any, and its triggers; none is removed. */
    public void put() throws IOException, InterruptedException {
        Path source = file.source();
        putFunction(source == null ? null : SourceZip.of(source));
        putTriggers(false);
    }

    List<Change> changes() {
        return changes;
    }

    /**
     * Puts the function and waits until it can run.
     *
     * @param code the package; {@code null} for none
     */
    JsonNode putFunction(byte @Nullable [] code) throws InterruptedException {
        JsonNode before = before(path);
        Request request = Request.put(path).patience(UPLOAD);
        if (code == null) {
            request = request.json(file.definition());
        } else {
            Multipart form =
                    new Multipart().json("spec", file.definition()).file("code", "code.zip", "application/zip", code);
            request = request.body(form.contentType(), form.bytes());
        }
        JsonNode after = api.send(request).json();
        note(file.spec().ref().name(), before, after);
        return active(after);
    }

    private JsonNode active(JsonNode put) throws InterruptedException {
        JsonNode function = put;
        long deadline = System.nanoTime() + UNTIL_ACTIVE.toNanos();
        while (!function.path("status").asString("").equals("ACTIVE")) {
            String name = file.spec().ref().name();
            String status = function.path("status").asString("");
            if (status.equals("FAILED")) {
                String reason = function.path("statusReason").asString("no reason is given");
                throw Failure.of(ExitCode.FUNCTION_FAILED, name + " is deployed but cannot run: " + reason)
                        .next("put it right and deploy again");
            }
            if (System.nanoTime() > deadline) {
                throw Failure.of(ExitCode.STILL_RUNNING, name + " is still " + status + " after a minute")
                        .next("millrace fn get " + name);
            }
            Thread.sleep(BETWEEN_LOOKS_MS);
            function = api.send(Request.get(path)).json();
        }
        return function;
    }

    /**
     * Puts the triggers of the file.
     *
     * @param prune remove those that the file does not have; otherwise they are only noted
     * @return the triggers as the server has them now
     */
    ArrayNode putTriggers(boolean prune) {
        Map<String, JsonNode> before = new LinkedHashMap<>();
        for (JsonNode trigger : api.send(Request.get(path + "/triggers")).json().path("items")) {
            before.put(trigger.path("name").asString(""), trigger);
        }
        ArrayNode now = Json.array();
        for (Map.Entry<String, ObjectNode> trigger : file.triggers().entrySet()) {
            JsonNode after = api.send(
                            Request.put(path + "/triggers/" + trigger.getKey()).json(trigger.getValue()))
                    .json();
            note(nameOf(trigger.getKey()), before.getOrDefault(trigger.getKey(), absent()), after);
            now.add(after);
        }
        before.keySet().stream()
                .filter(name -> !name.equals(API_TRIGGER) && !file.triggers().containsKey(name))
                .forEach(name -> surplus(name, prune));
        return now;
    }

    private void surplus(String trigger, boolean prune) {
        if (prune) {
            api.send(Request.delete(path + "/triggers/" + trigger));
        }
        changes.add(new Change(nameOf(trigger), prune ? "removed" : "kept"));
    }

    private String nameOf(String trigger) {
        return file.spec().ref().name() + "/" + trigger;
    }

    private JsonNode before(String what) {
        Answer answer = api.exchange(Request.get(what));
        if (answer.status() == 404) {
            return absent();
        }
        if (answer.isRefusal()) {
            throw api.refusal(Request.get(what), answer);
        }
        return answer.json();
    }

    private void note(String name, JsonNode before, JsonNode after) {
        boolean same = before.path("revision").equals(after.path("revision"));
        changes.add(new Change(name, before.isMissingNode() ? "created" : same ? "unchanged" : "updated"));
    }

    private static JsonNode absent() {
        return MissingNode.getInstance();
    }
}
