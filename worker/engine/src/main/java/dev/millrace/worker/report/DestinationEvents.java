package dev.millrace.worker.report;

import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Limits;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.TriggerType;
import dev.millrace.worker.consume.Delivery;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.json.JsonMapper;

/** The events that tell others of the end of an invocation. Pure and thread-safe. */
final class DestinationEvents {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final ZoneOffset BEIJING = ZoneOffset.ofHours(8);

    private final Function<EventAddress, String> requestIds;

    /** @param requestIds the outside form of an address */
    DestinationEvents(Function<EventAddress, String> requestIds) {
        this.requestIds = requestIds;
    }

    /**
     * Request and result, under the names that they have in the HTTP interface. Stays within the size of an event: what
     * does not fit is left out and named, and can be had by the request ID.
     */
    byte[] end(Delivery delivery, Outcome outcome) {
        byte[] whole = end(delivery, outcome, true, true);
        if (whole.length <= Limits.ASYNC_EVENT_BYTES) {
            return whole;
        }
        byte[] withoutResult = end(delivery, outcome, true, false);
        return withoutResult.length <= Limits.ASYNC_EVENT_BYTES ? withoutResult : end(delivery, outcome, false, false);
    }

    /** SCF: the message of a dead-letter queue. There is one account, and no cloud that would bill it. */
    byte[] deadLetter(Delivery delivery, Outcome outcome) {
        String requestId = requestIds.apply(delivery.address());
        AttemptError error = outcome.error();
        ByteArrayOutputStream out = new ByteArrayOutputStream(delivery.event().length + 1024);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringProperty("RequestId", requestId);
            json.writeNumberProperty("ErrorCode", -1);
            json.writeStringProperty("ErrorMessage", message(error));
            json.writeObjectPropertyStart("Body");
            json.writeNumberProperty("AppId", 0);
            json.writeStringProperty("Uin", "0");
            json.writeStringProperty("SubAccountUin", "0");
            json.writeStringProperty(
                    "RequestSource", source(delivery.trigger().spec().type()));
            json.writeStringProperty("FunctionName", delivery.function().name());
            json.writeStringProperty("Namespace", delivery.function().namespace());
            json.writeStringProperty("Qualifier", outcome.version());
            json.writeStringProperty("InvocationType", "RequestResponse");
            json.writeStringProperty("ClientContext", new String(delivery.event(), StandardCharsets.UTF_8));
            json.writeStringProperty("LogType", "");
            json.writeStringProperty("TimeStampForInvoker", String.valueOf(outcome.acceptedAt()));
            json.writeStringProperty("RequestId", requestId);
            json.writeStringProperty("PushTime", pushTime(outcome.endedAt()));
            json.writeNumberProperty("RetryNum", Math.max(0, attempts(outcome) - 1));
            json.writeNumberProperty("Ttl", 0);
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private byte[] end(Delivery delivery, Outcome outcome, boolean withEvent, boolean withResult) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringProperty("requestId", requestIds.apply(delivery.address()));
            json.writeStringProperty("function", delivery.function().name());
            json.writeStringProperty("namespace", delivery.function().namespace());
            json.writeStringProperty("version", outcome.version());
            json.writeObjectPropertyStart("trigger");
            json.writeStringProperty("type", delivery.trigger().spec().type().text());
            json.writeStringProperty("name", delivery.trigger().ref().name());
            json.writeEndObject();
            json.writeStringProperty("status", outcome.status().name());
            json.writeStringProperty("acceptedAt", UTC.format(Instant.ofEpochMilli(outcome.acceptedAt())));
            json.writeStringProperty("endedAt", UTC.format(Instant.ofEpochMilli(outcome.endedAt())));
            json.writeNumberProperty("attempts", attempts(outcome));
            value(json, "event", withEvent ? delivery.event() : new byte[0]);
            value(json, "result", withResult ? outcome.result() : new byte[0]);
            error(json, outcome.error());
            json.writeArrayPropertyStart("omitted");
            if (!withEvent) {
                json.writeString("event");
            }
            if (!withResult && outcome.result().length > 0) {
                json.writeString("result");
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** JSON as it is; other bytes, which only an event can be, under a name that says so. */
    private static void value(JsonGenerator json, String name, byte[] value) {
        if (value.length == 0) {
            json.writeNullProperty(name);
        } else if (isJson(value)) {
            json.writeName(name);
            json.writeRawValue(new String(value, StandardCharsets.UTF_8));
        } else {
            json.writeStringProperty(name + "Base64", Base64.getEncoder().encodeToString(value));
        }
    }

    private static void error(JsonGenerator json, @Nullable AttemptError error) {
        if (error == null) {
            json.writeNullProperty("error");
            return;
        }
        json.writeObjectPropertyStart("error");
        json.writeNumberProperty("code", error.code());
        json.writeStringProperty("type", error.type());
        json.writeStringProperty("message", error.text());
        json.writeStringProperty("stackTrace", error.stackTrace());
        json.writeEndObject();
    }

    private static boolean isJson(byte[] bytes) {
        try (JsonParser parser = JSON.createParser(bytes)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    private static int attempts(Outcome outcome) {
        return outcome.attempts().isEmpty() ? 0 : outcome.attempts().getLast().number();
    }

    private static String message(@Nullable AttemptError error) {
        if (error == null) {
            return "";
        }
        return error.stackTrace().isEmpty() ? error.type() + ": " + error.text() : error.stackTrace();
    }

    /** SCF: TRIGGER_TIMER, COS. */
    private static String source(TriggerType type) {
        return type == TriggerType.TIMER ? "TRIGGER_TIMER" : type.name();
    }

    private static String pushTime(long epochMillis) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                Instant.ofEpochMilli(epochMillis).atOffset(BEIJING));
    }
}
