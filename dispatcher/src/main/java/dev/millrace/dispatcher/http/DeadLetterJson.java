package dev.millrace.dispatcher.http;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.dispatcher.dead.DeadLetterGroup;
import dev.millrace.dispatcher.dead.DeadLetterIndex;
import dev.millrace.kafka.StoredDeadLetter;
import dev.millrace.program.Json;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Dead letters as the interface shows them. */
final class DeadLetterJson {

    private final RequestIdCodec requestIds;

    DeadLetterJson(RequestIdCodec requestIds) {
        this.requestIds = requestIds;
    }

    /** A page of a list. */
    String page(DeadLetterIndex.Page page) {
        StringWriter text = new StringWriter(256 * (page.letters().size() + 1));
        try (JsonGenerator json = Json.MAPPER.createGenerator(text)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("items");
            page.letters().forEach(listed -> {
                json.writeStartObject();
                members(json, listed.letter());
                json.writeEndObject();
            });
            json.writeEndArray();
            InvocationJson.text(
                    json, "nextCursor", page.next() == null ? null : page.next().toString());
            json.writeEndObject();
        }
        return text.toString();
    }

    /** Groups, each with one of its letters as an example. */
    String groups(List<DeadLetterGroup> groups) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Json.MAPPER.createGenerator(text)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("items");
            groups.forEach(group -> group(json, group));
            json.writeEndArray();
            json.writeNullProperty("nextCursor");
            json.writeEndObject();
        }
        return text.toString();
    }

    /** One with its attempts and its event. */
    String one(StoredDeadLetter stored) {
        StringWriter text = new StringWriter(1024 + stored.event().length);
        try (JsonGenerator json = Json.MAPPER.createGenerator(text)) {
            json.writeStartObject();
            members(json, stored.letter());
            InvocationJson.time(
                    json,
                    "acceptedAt",
                    stored.header().map(EventHeader::acceptedAt).orElse(0L));
            EventAddress replayOf = stored.header().map(EventHeader::replayOf).orElse(null);
            InvocationJson.text(json, "replayOf", replayOf == null ? null : id(replayOf));
            json.writeArrayPropertyStart("history");
            for (Attempt attempt : stored.header().map(EventHeader::history).orElse(List.of())) {
                InvocationJson.attempt(json, attempt);
            }
            json.writeEndArray();
            event(json, stored.event());
            json.writeEndObject();
        }
        return text.toString();
    }

    String id(EventAddress address) {
        return requestIds.encode(address).toString();
    }

    private void members(JsonGenerator json, DeadLetter letter) {
        json.writeStringProperty("requestId", id(letter.address()));
        json.writeStringProperty("function", letter.trigger().function().name());
        json.writeStringProperty("namespace", letter.trigger().function().namespace());
        json.writeStringProperty("trigger", letter.trigger().name());
        json.writeStringProperty("triggerType", letter.type().text());
        json.writeStringProperty("reason", letter.reason().name());
        InvocationJson.error(json, letter.error());
        json.writeNumberProperty("attempts", letter.attempts());
        InvocationJson.time(json, "deadAt", letter.deadAt());
    }

    private void group(JsonGenerator json, DeadLetterGroup group) {
        json.writeStartObject();
        json.writeStringProperty("function", group.function().name());
        json.writeStringProperty("namespace", group.function().namespace());
        json.writeStringProperty("reason", group.reason().name());
        InvocationJson.error(json, group.error());
        json.writeNumberProperty("count", group.count());
        InvocationJson.time(json, "oldestDeadAt", group.oldest());
        InvocationJson.time(json, "newestDeadAt", group.newest());
        json.writeStringProperty("requestId", id(group.example()));
        json.writeEndObject();
    }

    /** An event that is no JSON, which may be what it died of, is shown as its bytes. */
    private static void event(JsonGenerator json, byte[] event) {
        if (InvocationJson.isJson(event)) {
            json.writeName("event");
            json.writeRawValue(new String(event, StandardCharsets.UTF_8));
        } else {
            json.writeStringProperty("eventBase64", Base64.getEncoder().encodeToString(event));
        }
    }
}
