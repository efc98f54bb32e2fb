package dev.millrace.contract;

import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.node.ObjectNode;

/** {@link QueueSpec} among the fields of a function. */
final class QueueSpecJson {

    private static final String LIMIT = "queueLimit";
    private static final String RATE = "rate";
    private static final String WEIGHT = "weight";
    private static final int MOST_BURST = 1_000_000;

    private QueueSpecJson() {}

    static QueueSpec read(Fields fields) {
        OptionalInt limit = fields.has(LIMIT)
                ? OptionalInt.of(fields.number(LIMIT, Limits.QUEUE_DEPTH, QueueSpec.LEAST_LIMIT, QueueSpec.MOST_LIMIT))
                : OptionalInt.empty();
        return new QueueSpec(limit, rate(fields), fields.number(WEIGHT, 1, 1, QueueSpec.MOST_WEIGHT));
    }

    static void write(QueueSpec queue, ObjectNode json) {
        queue.limit().ifPresent(limit -> json.put(LIMIT, limit));
        if (queue.weight() != 1) {
            json.put(WEIGHT, queue.weight());
        }
        queue.rate().ifPresent(rate -> {
            ObjectNode written = json.putObject(RATE);
            written.put("perSecond", rate.perSecond());
            written.put("burst", rate.burst());
        });
    }

    private static Optional<RateLimit> rate(Fields fields) {
        Fields rate = fields.object(RATE);
        if (rate == null) {
            return Optional.empty();
        }
        if (!rate.has("perSecond")) {
            rate.mistakeUnlessNoted("perSecond", "is required");
        }
        double perSecond = rate.decimal("perSecond", 1, RateLimit.LEAST_PER_SECOND, RateLimit.MOST_PER_SECOND);
        int burst = rate.number("burst", RateLimit.defaultBurst(perSecond), 1, MOST_BURST);
        rate.refuseUnknown();
        return Optional.of(new RateLimit(perSecond, burst));
    }
}
