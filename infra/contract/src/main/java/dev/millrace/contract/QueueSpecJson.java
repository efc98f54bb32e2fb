package dev.millrace.contract;

import java.util.OptionalInt;
import tools.jackson.databind.node.ObjectNode;

/** {@link QueueSpec} among the fields of a function. */
final class QueueSpecJson {

    private static final String LIMIT = "queueLimit";
    private static final String WEIGHT = "weight";

    private QueueSpecJson() {}

    static QueueSpec read(Fields fields) {
        OptionalInt limit = fields.has(LIMIT)
                ? OptionalInt.of(fields.number(LIMIT, Limits.QUEUE_DEPTH, QueueSpec.LEAST_LIMIT, QueueSpec.MOST_LIMIT))
                : OptionalInt.empty();
        return new QueueSpec(limit, RateLimitJson.read(fields), fields.number(WEIGHT, 1, 1, QueueSpec.MOST_WEIGHT));
    }

    static void write(QueueSpec queue, ObjectNode json) {
        queue.limit().ifPresent(limit -> json.put(LIMIT, limit));
        if (queue.weight() != 1) {
            json.put(WEIGHT, queue.weight());
        }
        RateLimitJson.write(queue.rate(), json);
    }
}
