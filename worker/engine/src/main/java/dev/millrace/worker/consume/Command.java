package dev.millrace.worker.consume;

import dev.millrace.worker.consume.ClaimBook.Claim;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What other threads ask of the consumer thread. */
sealed interface Command {

    /** The outcomes of these are stored. */
    record Done(List<Delivery> deliveries) implements Command {}

    /** Ask for permits again. */
    record PermitsChanged() implements Command {}

    /** Ask for the topics again. */
    record SubscriptionsChanged() implements Command {}

    /** What was left behind in a lane, and what the claim book says of it: the lane can begin. */
    record Inherited(LaneId lane, Legacy legacy, Map<Long, Claim> claims) implements Command {}

    /** What the claim book says now, and what has ended since it was asked last. */
    record ClaimsHeard(LaneId lane, Map<Long, Claim> claims, Findings findings) implements Command {}

    /** Show every lane. */
    record Look(CompletableFuture<List<LaneSnapshot>> answer) implements Command {}

    /**
     * Take nothing more, wait for what runs, leave the group.
     *
     * @param commits whether what is done is committed; false leaves as a killed process does, for tests
     * @param unfinished answered with what still ran
     */
    record Leave(Duration limit, boolean commits, CompletableFuture<List<Delivery>> unfinished) implements Command {}
}
