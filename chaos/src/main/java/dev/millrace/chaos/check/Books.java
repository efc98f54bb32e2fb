package dev.millrace.chaos.check;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What the audit said about all triggers.
 *
 * @param accepted events that were accepted
 * @param ended those that have ended, however
 * @param open those that wait or run
 * @param drift what does not come out even
 * @param wrong what is wrong, in words
 */
public record Books(long accepted, long ended, long open, long drift, List<String> wrong) {

    private static final List<String> ENDS =
            List.of("succeeded", "failed", "expired", "dead", "cancelled", "duplicate");
    private static final List<String> OPEN = List.of("waiting", "running");

    public Books {
        wrong = List.copyOf(wrong);
    }

    /** There are none, for this reason. */
    static Books missing(String why) {
        return new Books(0, 0, 0, 0, List.of("the audit failed: " + why));
    }

    /** Reads the answer; adds up for itself what it says. */
    static Books of(JsonNode answer) {
        List<String> wrong = new ArrayList<>();
        long accepted = 0;
        long ended = 0;
        long open = 0;
        for (JsonNode trigger : answer.path("items")) {
            long endedHere = sum(trigger, ENDS);
            long openHere = sum(trigger, OPEN);
            long acceptedHere = trigger.path("accepted").asLong(0);
            if (trigger.path("drift").asLong(0) != 0 || acceptedHere != endedHere + openHere) {
                wrong.add(trigger.toString());
            }
            accepted += acceptedHere;
            ended += endedHere;
            open += openHere;
        }
        for (String compared : List.of("redisCompared", "countersCompared")) {
            if (!answer.path(compared).asBoolean(false)) {
                wrong.add("not " + compared + ", although everything has recovered");
            }
        }
        return new Books(accepted, ended, open, answer.path("drift").asLong(0), wrong);
    }

    private static long sum(JsonNode trigger, List<String> fields) {
        return fields.stream().mapToLong(field -> trigger.path(field).asLong(0)).sum();
    }
}
