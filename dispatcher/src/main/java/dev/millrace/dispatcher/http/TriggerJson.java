package dev.millrace.dispatcher.http;

import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerSpecJson;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A trigger as the interface shows it: its definition as in {@code function.yaml}, and what the installation adds. */
final class TriggerJson {

    private TriggerJson() {}

    static ObjectNode of(TriggerDefinition trigger, Topics topics) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", trigger.ref().name());
        json.put("function", trigger.ref().function().name());
        json.put("namespace", trigger.ref().function().namespace());
        json.setAll(TriggerSpecJson.write(trigger.spec(), trigger.enabled()));
        json.put("paused", trigger.paused());
        json.put("topic", topics.trigger(trigger.number()));
        json.put("partitions", trigger.partitions());
        json.put("revision", trigger.revision());
        json.put("createdAt", Timestamps.of(trigger.createdAt()));
        json.put("modifiedAt", Timestamps.of(trigger.modifiedAt()));
        return json;
    }
}
