package dev.millrace.trigger.cos;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One thing that happened to one object.
 *
 * @param bucket the bucket's name, as the store wrote it
 * @param appId the account the bucket belongs to, or empty; COS users write {@code name-appid} as well as {@code name}
 * @param eventName such as {@code cos:ObjectCreated:Put}
 * @param key the object's key without the account and the bucket
 * @param identity what tells this happening from others on the same object, so that a notification sent twice is
 *     executed once; {@code null} when the store gives nothing of the kind
 * @param json the record in SCF's form
 */
record CosRecord(
        String bucket,
        String appId,
        String eventName,
        String key,
        @Nullable String identity,
        ObjectNode json) {

    /** The bucket's name in COS's long form, or the short one when the account is unknown. */
    String longBucket() {
        return appId.isEmpty() || bucket.endsWith("-" + appId) ? bucket : bucket + "-" + appId;
    }

    /** What a function sees. SCF: {@code {"Records":[…]}}. */
    byte[] event() {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.putArray("Records").add(json);
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The same for every copy of the same notification; {@code null} without an {@link #identity}. */
    @Nullable
    String dedupKey() {
        if (identity == null) {
            return null;
        }
        String words = String.join("\n", bucket, appId, eventName, key, identity);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(words.getBytes(StandardCharsets.UTF_8));
            return "cos:" + HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
