package dev.millrace.trigger.cos;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a notification of an object store into records in SCF's form. Pure.
 *
 * <p>COS form: {@code Records[].cos} and {@code Records[].event}; taken as it is. S3 form: {@code Records[].s3}; written
 * anew. What SCF spells {@code unkown} is spelled so here.
 */
final class CosNotification {

    /** Records in one notification at most. */
    static final int MOST_RECORDS = 1_000;

    private static final Map<String, String> COS_NAMES = Map.of(
            "ObjectRemoved", "ObjectRemove",
            "ObjectCreated", "ObjectCreated",
            "ObjectRestore", "ObjectRestore");

    private CosNotification() {}

    /**
     * Reads a notification.
     *
     * @return its records; none for the test notification that S3-like stores send when they are set up
     * @throws MalformedNotificationException naming what is missing
     */
    static List<CosRecord> read(JsonNode body) throws MalformedNotificationException {
        if (body.path("Event").asString("").equals("s3:TestEvent")) {
            return List.of();
        }
        JsonNode records = body.path("Records");
        if (!records.isArray()) {
            throw new MalformedNotificationException("a notification has a list named Records");
        }
        if (records.size() > MOST_RECORDS) {
            throw new MalformedNotificationException(
                    "a notification has at most " + MOST_RECORDS + " records, not " + records.size());
        }
        List<CosRecord> read = new ArrayList<>(records.size());
        for (int i = 0; i < records.size(); i++) {
            read.add(record(records.get(i), "Records[" + i + "]"));
        }
        return read;
    }

    private static CosRecord record(JsonNode record, String path) throws MalformedNotificationException {
        if (record instanceof ObjectNode object) {
            if (object.has("cos")) {
                return cos(object, path);
            }
            if (object.has("s3")) {
                return s3(object, path);
            }
        }
        throw new MalformedNotificationException(path + " is neither in COS form (cos, event) nor in S3 form (s3)");
    }

    private static CosRecord cos(ObjectNode record, String path) throws MalformedNotificationException {
        String bucket = text(record, path, "cos", "cosBucket", "name");
        String appId = record.path("cos").path("cosBucket").path("appid").asString("");
        String fullKey = text(record, path, "cos", "cosObject", "key");
        String eventName = text(record, path, "event", "eventName");
        String identity = identity(
                record.path("event").path("reqid").asString(""),
                record.path("cos")
                        .path("cosObject")
                        .path("meta")
                        .path("x-cos-request-id")
                        .asString(""),
                record.path("event").path("eventTime").asString(""));
        return new CosRecord(bucket, appId, eventName, shortKey(fullKey, bucket, appId), identity, record);
    }

    /** SCF writes keys as {@code /appid/bucket/key}; filters mean the key alone. */
    private static String shortKey(String key, String bucket, String appId) {
        for (String lead : List.of("/" + appId + "/" + bucket + "/", "/" + bucket + "/", "/")) {
            if (key.startsWith(lead)) {
                return key.substring(lead.length());
            }
        }
        return key;
    }

    private static CosRecord s3(ObjectNode record, String path) throws MalformedNotificationException {
        String bucket = text(record, path, "s3", "bucket", "name");
        String key = decoded(text(record, path, "s3", "object", "key"), path);
        String eventName = cosName(text(record, path, "eventName"), path);
        JsonNode object = record.path("s3").path("object");
        String owner = record.path("s3")
                .path("bucket")
                .path("ownerIdentity")
                .path("principalId")
                .asString("");
        String requestId =
                record.path("responseElements").path("x-amz-request-id").asString("");
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode cos = json.putObject("cos");
        cos.put("cosSchemaVersion", "1.0");
        ObjectNode cosObject = cos.putObject("cosObject");
        cosObject.put("url", "");
        ObjectNode meta = cosObject.putObject("meta");
        meta.put("x-cos-request-id", requestId);
        meta.put("Content-Type", object.path("contentType").asString(""));
        meta.put("ETag", object.path("eTag").asString(""));
        cosObject.put("vid", object.path("versionId").asString(""));
        cosObject.put("key", "/" + owner + "/" + bucket + "/" + key);
        cosObject.put("size", object.path("size").asLong(0));
        ObjectNode cosBucket = cos.putObject("cosBucket");
        cosBucket.put("region", record.path("awsRegion").asString(""));
        cosBucket.put("name", bucket);
        cosBucket.put("appid", owner);
        cos.put("cosNotificationId", "unkown");
        s3Event(json.putObject("event"), record, eventName, path);
        String identity = identity(
                object.path("sequencer").asString(""),
                requestId,
                record.path("eventTime").asString(""));
        return new CosRecord(bucket, owner, eventName, key, identity, json);
    }

    private static void s3Event(ObjectNode event, ObjectNode record, String eventName, String path)
            throws MalformedNotificationException {
        event.put("eventName", eventName);
        event.put("eventVersion", "1.0");
        event.put("eventTime", seconds(text(record, path, "eventTime"), path));
        event.put("eventSource", "qcs::cos");
        ObjectNode parameters = event.putObject("requestParameters");
        parameters.put(
                "requestSourceIP",
                record.path("requestParameters").path("sourceIPAddress").asString(""));
        parameters.putObject("requestHeaders");
        event.put("eventQueue", "");
        event.put("reservedInfo", "");
        event.put("reqid", 0);
    }

    private static String cosName(String s3Name, String path) throws MalformedNotificationException {
        String bare = s3Name.startsWith("s3:") ? s3Name.substring(3) : s3Name;
        int colon = bare.indexOf(':');
        String kind = colon < 0 ? null : COS_NAMES.get(bare.substring(0, colon));
        if (kind == null) {
            throw new MalformedNotificationException(
                    path + ".eventName is no event of an object that COS knows: " + s3Name);
        }
        return "cos:" + kind + bare.substring(colon);
    }

    private static long seconds(String time, String path) throws MalformedNotificationException {
        try {
            return Instant.parse(time).getEpochSecond();
        } catch (DateTimeParseException e) {
            throw new MalformedNotificationException(path + ".eventTime is no time of ISO 8601: " + time);
        }
    }

    private static String decoded(String key, String path) throws MalformedNotificationException {
        try {
            return URLDecoder.decode(key, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MalformedNotificationException(path + ".s3.object.key is not URL-encoded: " + key);
        }
    }

    /** The first that says something identifies the happening; the time alone does not. */
    private static @Nullable String identity(String first, String second, String time) {
        String best = first.isEmpty() || first.equals("0") ? second : first;
        return best.isEmpty() ? null : best + "@" + time;
    }

    private static String text(ObjectNode record, String path, String... names) throws MalformedNotificationException {
        JsonNode node = record;
        for (String name : names) {
            node = node.path(name);
        }
        if (!node.isString() || node.stringValue().isEmpty()) {
            throw new MalformedNotificationException(path + "." + String.join(".", names) + " is missing");
        }
        return node.stringValue();
    }
}
