package dev.millrace.contract;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@link TriggerSpec} as JSON, the same names as in {@code function.yaml}. Thread-safe. */
public final class TriggerSpecJson {

    /** SCF: longest message of a timer, in bytes. */
    public static final int MAX_MESSAGE_BYTES = 4096;

    /** SCF: the event types of COS. */
    public static final List<String> COS_EVENTS = List.of(
            "cos:ObjectCreated:*",
            "cos:ObjectCreated:Put",
            "cos:ObjectCreated:Post",
            "cos:ObjectCreated:Copy",
            "cos:ObjectCreated:CompleteMultipartUpload",
            "cos:ObjectCreated:Origin",
            "cos:ObjectCreated:Replication",
            "cos:ObjectRemove:*",
            "cos:ObjectRemove:Delete",
            "cos:ObjectRemove:DeleteMarkerCreated",
            "cos:ObjectRestore:*",
            "cos:ObjectRestore:Post",
            "cos:ObjectRestore:Completed");

    private TriggerSpecJson() {}

    /** A definition together with whether it is switched on. */
    public record Read(TriggerSpec spec, boolean enabled) {}

    /**
     * Reads a definition and checks all of it. {@code name}, known from elsewhere, is passed over.
     *
     * @param now a schedule that never fires after this instant is refused
     * @throws InvalidDefinitionException listing every mistake
     */
    public static Read read(JsonNode json, Instant now) throws InvalidDefinitionException {
        return read(json, schedule -> schedule.nextAfter(now).isPresent());
    }

    /**
     * Reads a definition that was checked when it was given: a schedule may have fired for the last time since.
     *
     * @throws InvalidDefinitionException listing every mistake
     */
    public static Read readStored(JsonNode json) throws InvalidDefinitionException {
        return read(json, schedule -> true);
    }

    private static Read read(JsonNode json, Predicate<CronSchedule> fires) throws InvalidDefinitionException {
        List<Mistake> mistakes = new ArrayList<>();
        Fields fields = new Fields(json, "", mistakes);
        fields.ignore("name");
        String typeText = fields.requiredText("type");
        Optional<TriggerType> type = TriggerType.ofText(typeText);
        boolean enabled = fields.flag("enabled", true);
        TriggerSpec spec = null;
        if (type.isPresent()) {
            spec = switch (type.get()) {
                case TIMER -> timer(fields, fires);
                case COS -> cos(fields);
                case API -> refused(fields, "every function has its api trigger from the start");
                case HTTP, KAFKA, CMQ -> refused(fields, "triggers of type " + typeText + " are not built yet");
            };
        } else if (fields.has("type")) {
            List<String> names = List.of("timer", "cos");
            fields.mistake(
                    "type",
                    "must be one of " + String.join(", ", names) + ", not " + typeText
                            + NearMiss.of(typeText, names)
                                    .map(n -> "; did you mean " + n + "?")
                                    .orElse(""));
        }
        if (spec != null) {
            fields.refuseUnknown();
        }
        if (spec == null || !mistakes.isEmpty()) {
            throw new InvalidDefinitionException(mistakes);
        }
        return new Read(spec, enabled);
    }

    /** The definition as {@link #read} takes it. */
    public static ObjectNode write(TriggerSpec spec, boolean enabled) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("type", spec.type().text());
        switch (spec) {
            case TriggerSpec.Api api -> {}
            case TriggerSpec.Deleted deleted -> {}
            case TriggerSpec.Timer timer -> {
                json.put("cron", timer.schedule().text());
                json.put("timezone", timer.zone().getId());
                json.put("message", timer.message());
                json.put("missed", timer.missed().name().toLowerCase(Locale.ROOT));
            }
            case TriggerSpec.Cos cos -> {
                json.put("bucket", cos.bucket());
                ArrayNode events = json.putArray("events");
                cos.events().forEach(events::add);
                json.put("prefix", cos.prefix());
                json.put("suffix", cos.suffix());
            }
        }
        json.put("enabled", enabled);
        return json;
    }

    private static @Nullable TriggerSpec refused(Fields fields, String why) {
        fields.mistake("type", why);
        return null;
    }

    private static TriggerSpec.@Nullable Timer timer(Fields fields, Predicate<CronSchedule> fires) {
        String cron = fields.requiredText("cron");
        ZoneId zone = zone(fields);
        String message = fields.text("message", "");
        if (message.getBytes(StandardCharsets.UTF_8).length > MAX_MESSAGE_BYTES) {
            fields.mistake("message", "must stay within 4 KB");
        }
        TriggerSpec.Missed missed = missed(fields);
        CronSchedule schedule = fields.has("cron") ? schedule(fields, cron, zone, fires) : null;
        return schedule == null ? refuseRest(fields) : new TriggerSpec.Timer(schedule, message, missed);
    }

    private static TriggerSpec.@Nullable Timer refuseRest(Fields fields) {
        fields.refuseUnknown();
        return null;
    }

    private static ZoneId zone(Fields fields) {
        String text = fields.text("timezone", CronSchedule.DEFAULT_ZONE.getId());
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            Set<String> zones = ZoneId.getAvailableZoneIds();
            fields.mistake(
                    "timezone",
                    "must be a zone of the tz database such as Asia/Shanghai, not " + text
                            + NearMiss.of(text, zones)
                                    .map(n -> "; did you mean " + n + "?")
                                    .orElse(""));
            return CronSchedule.DEFAULT_ZONE;
        }
    }

    private static TriggerSpec.Missed missed(Fields fields) {
        String text = fields.text("missed", "once");
        return Arrays.stream(TriggerSpec.Missed.values())
                .filter(policy -> policy.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseGet(() -> {
                    fields.mistake("missed", "must be once, skip or all, not " + text);
                    return TriggerSpec.Missed.ONCE;
                });
    }

    private static @Nullable CronSchedule schedule(
            Fields fields, String cron, ZoneId zone, Predicate<CronSchedule> fires) {
        try {
            CronSchedule schedule = CronSchedule.parse(cron, zone);
            if (fires.test(schedule)) {
                return schedule;
            }
            fields.mistake("cron", "never fires: " + cron);
        } catch (IllegalArgumentException e) {
            fields.mistake("cron", String.valueOf(e.getMessage()));
        }
        return null;
    }

    private static TriggerSpec.Cos cos(Fields fields) {
        String bucket = fields.requiredText("bucket");
        if (fields.has("bucket") && !bucket.matches("[A-Za-z0-9][A-Za-z0-9.-]{0,127}")) {
            fields.mistake("bucket", "must be a bucket's name, letters, digits, '.' and '-', not " + bucket);
        }
        List<String> events = fields.texts("events");
        if (!fields.has("events")) {
            events = List.of("cos:ObjectCreated:*");
        } else if (events.isEmpty()) {
            fields.mistake("events", "must name at least one event type, such as cos:ObjectCreated:*");
        }
        for (String event : events) {
            if (!COS_EVENTS.contains(event)) {
                fields.mistake(
                        "events",
                        event + " is no event type of COS"
                                + NearMiss.of(event, COS_EVENTS)
                                        .map(n -> "; did you mean " + n + "?")
                                        .orElse(""));
            }
        }
        String suffix = fields.text("suffix", "");
        if (!suffix.isEmpty() && !suffix.startsWith(".")) {
            fields.mistake("suffix", "must begin with a dot, such as .jpg, not " + suffix);
        }
        return new TriggerSpec.Cos(bucket, events, fields.text("prefix", ""), suffix);
    }
}
