package dev.millrace.cli.trigger;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What COS would send when something happens to an object. Pure. SCF: the event of a COS trigger. */
public final class CosNotification {

    /** COS names a bucket {@code name-appid}. */
    private static final Pattern WITH_APPID = Pattern.compile("(.+)-(\\d{8,12})");

    private static final String SOME_APPID = "1250000000";
    private static final String SOME_REGION = "local";

    private CosNotification() {}

    /**
     * The notification.
     *
     * @param reqid tells this happening from every other one; a notification with the same one is executed once
     */
    public static ObjectNode of(String bucket, String key, String eventName, long size, long reqid, Instant at) {
        Matcher long_ = WITH_APPID.matcher(bucket);
        boolean split = long_.matches();
        String name = split ? long_.group(1) : bucket;
        String appid = split ? long_.group(2) : SOME_APPID;
        ObjectNode notification = JsonNodeFactory.instance.objectNode();
        ObjectNode record = notification.putArray("Records").addObject();
        ObjectNode cos = record.putObject("cos");
        cos.put("cosSchemaVersion", "1.0");
        ObjectNode object = cos.putObject("cosObject");
        object.put("url", "http://" + name + "-" + appid + ".cos." + SOME_REGION + ".myqcloud.com/" + key);
        ObjectNode meta = object.putObject("meta");
        meta.put("x-cos-request-id", Long.toHexString(reqid));
        meta.put("Content-Type", "");
        object.put("vid", "");
        object.put("key", "/" + appid + "/" + name + "/" + key);
        object.put("size", size);
        ObjectNode cosBucket = cos.putObject("cosBucket");
        cosBucket.put("region", SOME_REGION);
        cosBucket.put("name", name);
        cosBucket.put("appid", appid);
        cos.put("cosNotificationId", "unkown");
        ObjectNode event = record.putObject("event");
        event.put("eventName", eventName);
        event.put("eventVersion", "1.0");
        event.put("eventTime", at.getEpochSecond());
        event.put("eventSource", "qcs::cos");
        ObjectNode parameters = event.putObject("requestParameters");
        parameters.put("requestSourceIP", "127.0.0.1");
        parameters.putObject("requestHeaders");
        event.put("eventQueue", "");
        event.put("reservedInfo", "");
        event.put("reqid", reqid);
        return notification;
    }
}
