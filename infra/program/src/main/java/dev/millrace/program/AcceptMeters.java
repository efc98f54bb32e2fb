package dev.millrace.program;

import dev.millrace.contract.TriggerDefinition;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many events were accepted and refused, the same figures in every program that accepts some: {@code
 * millrace_accepted_total} by trigger, {@code millrace_refused_total} by reason. Thread-safe.
 */
public final class AcceptMeters {

    /** Series by trigger at most, so that a figure for each of very many triggers cannot exhaust Prometheus. */
    private static final int MAX_TRIGGERS = 1000;

    private static final String OTHER = "other";

    private final MeterRegistry registry;
    private final Map<String, Counter> byTrigger = new ConcurrentHashMap<>();
    private final Map<String, Counter> byReason = new ConcurrentHashMap<>();

    public AcceptMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The broker has an event of this trigger. */
    public void accepted(TriggerDefinition trigger) {
        String type = trigger.spec().type().text();
        String named =
                type + " " + trigger.ref().function() + "/" + trigger.ref().name();
        boolean shown = byTrigger.size() < MAX_TRIGGERS || byTrigger.containsKey(named);
        byTrigger
                .computeIfAbsent(
                        shown ? named : type,
                        key -> Counter.builder("millrace.accepted")
                                .description("Events stored")
                                .tag("type", type)
                                .tag(
                                        "function",
                                        shown ? trigger.ref().function().toString() : OTHER)
                                .tag("trigger", shown ? trigger.ref().name() : OTHER)
                                .register(registry))
                .increment();
    }

    /**
     * An event was refused.
     *
     * @param reason type of the problem that was answered
     */
    public void refused(String reason) {
        byReason.computeIfAbsent(
                        reason,
                        key -> Counter.builder("millrace.refused")
                                .description("Events refused, by problem type")
                                .tag("reason", reason)
                                .register(registry))
                .increment();
    }
}
