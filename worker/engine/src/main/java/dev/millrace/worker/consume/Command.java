package dev.millrace.worker.consume;

import dev.millrace.worker.consume.ClaimBook.Claim;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What other threads ask of the consumer thread. */
sealed interface Command {

    /** The outcomes of these are stored. */
    record Done(List<Delivery> deliveries) implements Command {}

    /** Ask for permits again. */
    record PermitsChanged() implements Command {}

    /** Ask for the topics again. */
    record SubscriptionsChanged() implements Command {}

    /** The claim book's answer; {@code null} when it did not answer. */
    record ClaimsHeard(LaneId lane, @Nullable Map<Long, Claim> claims) implements Command {}

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
