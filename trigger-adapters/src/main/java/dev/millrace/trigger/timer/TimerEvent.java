package dev.millrace.trigger.timer;

import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a function sees of a tick. SCF: {@code {"Type":"Timer","TriggerName","Time","Message"}}. */
final class TimerEvent {

    private TimerEvent() {}

    /** The event's bytes. */
    static byte[] of(TriggerDefinition trigger, TriggerSpec.Timer timer, Instant tick) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("Type", "Timer");
        event.put("TriggerName", trigger.ref().name());
        event.put("Time", DateTimeFormatter.ISO_INSTANT.format(tick.truncatedTo(ChronoUnit.SECONDS)));
        event.put("Message", timer.message());
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Two owners that fire the same tick at a hand-over give it the same key. */
    static String dedupKey(Instant tick) {
        return "tick:" + tick.getEpochSecond();
    }
}
