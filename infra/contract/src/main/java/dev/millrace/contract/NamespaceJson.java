package dev.millrace.contract;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What may be said of a namespace, as JSON. Stateless. */
public final class NamespaceJson {

    private NamespaceJson() {}

    /**
     * Reads the limit, {@link NamespaceDefinition#UNLIMITED} when none is said.
     *
     * @throws InvalidDefinitionException listing every mistake
     */
    public static int concurrency(JsonNode json) throws InvalidDefinitionException {
        List<Mistake> mistakes = new ArrayList<>();
        Fields fields = new Fields(json, "", mistakes);
        int concurrency = fields.number("concurrency", NamespaceDefinition.UNLIMITED, 0, 100_000);
        fields.refuseUnknown();
        if (!mistakes.isEmpty()) {
            throw new InvalidDefinitionException(mistakes);
        }
        return concurrency;
    }
}
