package dev.millrace.contract;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A {@link RateLimit} as the field {@code rate} of what it limits. */
final class RateLimitJson {

    static final String RATE = "rate";
    private static final int MOST_BURST = 1_000_000;

    private RateLimitJson() {}

    static Optional<RateLimit> read(Fields fields) {
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

    static void write(Optional<RateLimit> rate, ObjectNode json) {
        rate.ifPresent(said -> {
            ObjectNode written = json.putObject(RATE);
            written.put("perSecond", said.perSecond());
            written.put("burst", said.burst());
        });
    }
}
