package dev.millrace.contract;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What may be said of a namespace, as JSON. Stateless. */
public final class NamespaceJson {

    private static final String CONCURRENCY = "concurrency";

    private NamespaceJson() {}

    /**
     * Reads what is said; what is not said is not limited.
     *
     * @param json nothing but limits
     * @throws InvalidDefinitionException listing every mistake
     */
    public static NamespaceLimits limits(JsonNode json) throws InvalidDefinitionException {
        List<Mistake> mistakes = new ArrayList<>();
        Fields fields = new Fields(json, "", mistakes);
        int concurrency = fields.number(CONCURRENCY, NamespaceLimits.UNLIMITED, 0, 100_000);
        NamespaceLimits limits = new NamespaceLimits(concurrency, RateLimitJson.read(fields));
        fields.refuseUnknown();
        if (!mistakes.isEmpty()) {
            throw new InvalidDefinitionException(mistakes);
        }
        return limits;
    }

    /** Reads the limits among other fields. */
    public static NamespaceLimits limitsAmong(ObjectNode json) throws InvalidDefinitionException {
        return limits(json.deepCopy().retain(CONCURRENCY, RateLimitJson.RATE));
    }

    /** Writes what {@link #limits} reads: only what is limited. */
    public static void write(NamespaceLimits limits, ObjectNode json) {
        if (limits.isConcurrencyLimited()) {
            json.put(CONCURRENCY, limits.concurrency());
        }
        RateLimitJson.write(limits.rate(), json);
    }
}
