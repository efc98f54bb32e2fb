package dev.millrace.worker.consume;

import dev.millrace.contract.CommitNote;
import dev.millrace.contract.CommitNote.Departure;
import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.Topics;
import dev.millrace.program.CrashPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the broker how far the lanes are. Every commit is made anew of the lanes held at that moment, so that nothing is
 * ever committed for a partition that has left; one that fails is not repeated, the next one says it all. At most one is
 * under way. Owned by the consumer thread.
 */
final class Commits {

    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

    private final Consumer<byte[], byte[]> consumer;
    private final Lanes lanes;
    private final ClaimDesk claims;
    private final long intervalMillis;
    private final IntToLongFunction storedBefore;
    /** By outcome partition, as it was before the latest words of outcomes were taken in. */
    private final long[] positions = new long[Topics.OUTCOME_PARTITIONS];

    private int maxMetadata;
    private long dueAt;
    private boolean underWay;

    /** @param storedBefore see {@link Succession#storedBefore} */
    Commits(
            Consumer<byte[], byte[]> consumer,
            Lanes lanes,
            ClaimDesk claims,
            ConsumeLimits limits,
            IntToLongFunction storedBefore) {
        this.storedBefore = storedBefore;
        this.consumer = consumer;
        this.lanes = lanes;
        this.claims = claims;
        this.intervalMillis = limits.commitInterval().toMillis();
        this.maxMetadata = limits.maxMetadata();
    }

    /**
     * The words of outcomes are about to be taken in: those of everything that is stored before the positions of this
     * moment are among them. So what the next commits do not say lies behind these positions.
     */
    void aboutToTakeIn() {
        for (int partition = 0; partition < positions.length; partition++) {
            positions[partition] = storedBefore.applyAsLong(partition);
        }
    }

    /** Something waits for a commit to be accepted. */
    void hurry() {
        dueAt = 0;
    }

    /** Sends what is new, if it is time. */
    void commitIfDue(long now) {
        if (underWay || now < dueAt || !lanes.anyTouched()) {
            return;
        }
        dueAt = now + intervalMillis;
        List<Said> said = said(lanes.takeTouched(), Departure.NONE);
        if (said.isEmpty()) {
            return;
        }
        CrashPoint.BEFORE_COMMIT.reached();
        send(said, () -> {});
    }

    private void send(List<Said> said, Runnable taken) {
        underWay = true;
        try {
            consumer.commitAsync(offsets(said), (offsets, failure) -> {
                underWay = false;
                if (failure == null) {
                    accepted(said);
                    taken.run();
                } else {
                    refused(said, failure);
                }
            });
        } catch (KafkaException e) {
            underWay = false;
            refused(said, e);
        }
    }

    /**
     * This process stood still: the broker is asked whether it is a member still, by a commit of all its lanes. Without any
     * lane there is nothing that others could have taken.
     */
    void proveMembership(Continuity continuity, long now) {
        if (underWay || now < dueAt) {
            return;
        }
        long asOfBreak = continuity.breaks();
        List<Said> said = say(lanes.all(), Departure.NONE, true);
        if (said.isEmpty()) {
            continuity.proven(asOfBreak);
            return;
        }
        dueAt = now + intervalMillis;
        send(said, () -> continuity.proven(asOfBreak));
    }

    /** How long a poll may last before the next commit. */
    long millisUntilDue(long now) {
        return underWay ? intervalMillis : Math.clamp(dueAt - now, 1, intervalMillis);
    }

    /**
     * Commits these now and waits for the broker's word; whether it was a good one.
     *
     * @param departure how they are left: what their next owner has to look for in the log, or wait for
     */
    boolean commitNow(Collection<Assignment> assignments, Departure departure, Duration timeout) {
        List<Said> said = said(assignments, departure);
        if (said.isEmpty()) {
            return true;
        }
        CrashPoint.BEFORE_COMMIT.reached();
        // A wake-up meant for the poll before this may end the first try, and one for this thread's commands the
        // second.
        for (int attempt = 1; attempt <= 3; attempt++) {
            try {
                consumer.commitSync(offsets(said), timeout);
                accepted(said);
                return true;
            } catch (WakeupException e) {
                LOG.debug("Commit interrupted by a command, attempt {}", attempt);
            } catch (KafkaException e) {
                refused(said, e);
                return false;
            }
        }
        return false;
    }

    private List<Said> said(Collection<Assignment> assignments, Departure departure) {
        return say(assignments, departure, false);
    }

    private List<Said> say(Collection<Assignment> assignments, Departure departure, boolean all) {
        List<Said> said = new ArrayList<>();
        for (Assignment assignment : assignments) {
            Lane lane = assignment.lane();
            boolean opens = lane.claimsKnown() && !lane.hasBegun();
            boolean lastWord = departure != Departure.NONE && lane.knowsItsLegacy() && lane.hasBegun();
            if (all || assignment.isUncommitted() || opens || lastWord) {
                OffsetMap map = lane.offsetMap(maxMetadata);
                CommitNote note = new CommitNote(
                        map,
                        lane.position(positionOf(lane)),
                        lastWord ? departure : Departure.NONE,
                        lane.sayBegunBelow(lastWord));
                said.add(new Said(
                        assignment,
                        lane.completed(),
                        new OffsetAndMetadata(map.committed(), note.encode(maxMetadata))));
            }
        }
        return said;
    }

    private long positionOf(Lane lane) {
        return positions[
                Topics.outcomePartition(lane.trigger().number(), lane.id().partition())];
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(List<Said> said) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        said.forEach(one -> offsets.put(one.assignment.partition(), one.offset));
        return offsets;
    }

    private void accepted(List<Said> said) {
        for (Said one : said) {
            one.assignment.committed(one.completed);
            lanes.accepted(one.assignment);
            Lane lane = one.assignment.lane();
            List<Long> spent = lane.spentClaims(one.offset.offset());
            if (!spent.isEmpty()) {
                claims.forget(lane.id(), spent);
            }
        }
    }

    private void refused(List<Said> said, Exception failure) {
        said.stream().map(Said::assignment).filter(lanes::holds).forEach(lanes::touch);
        switch (failure) {
            case RebalanceInProgressException e -> LOG.debug("Commit refused during a rebalance; the next one follows");
            case RetriableCommitFailedException e -> LOG.debug("Commit not accepted; the next one follows", e);
            case CommitFailedException e ->
                LOG.warn("Commit of {} lanes refused: the group has gone on without this worker", said.size());
            case OffsetMetadataTooLarge e -> {
                maxMetadata /= 2;
                LOG.warn(
                        "The broker takes less commit metadata than configured; using at most {} bytes from now on:"
                                + " after a crash more events may run twice",
                        maxMetadata);
            }
            default -> LOG.warn("Commit of {} lanes failed; the next one follows", said.size(), failure);
        }
    }

    /** What a commit says of one lane. */
    private record Said(Assignment assignment, long completed, OffsetAndMetadata offset) {}
}
