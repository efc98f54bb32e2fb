package dev.millrace.redis;

import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;

/** A line in a list of invocations: an outcome without its result and log, which are found by its address. */
public record RecentInvocation(OutcomeHeading heading, Outcome outcome) {}
