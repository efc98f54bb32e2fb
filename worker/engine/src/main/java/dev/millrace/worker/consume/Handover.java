package dev.millrace.worker.consume;

import dev.millrace.contract.TriggerDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lanes come and go. One that goes in order waits a moment for its short runs, commits, claims its long ones and leaves
 * them running; one that comes knows from the commit what is done and asks the claim book what still runs elsewhere. One
 * that is lost is dropped: whoever owns it now has begun already. Called by the consumer's poll, on the consumer thread.
 */
final class Handover implements ConsumerRebalanceListener {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);
    private static final Duration BROKER_PATIENCE = Duration.ofSeconds(5);
    private static final Duration COMMIT_PATIENCE = Duration.ofSeconds(2);
    private static final Duration CLAIM_PATIENCE = Duration.ofMillis(500);

    private final Consumer<byte[], byte[]> consumer;
    private final Lanes lanes;
    private final Commits commits;
    private final ClaimDesk claims;
    private final Subscription subscription;
    private final ShortRuns shortRuns;
    private boolean leaving;

    Handover(
            Consumer<byte[], byte[]> consumer,
            Lanes lanes,
            Commits commits,
            ClaimDesk claims,
            Subscription subscription,
            ShortRuns shortRuns) {
        this.consumer = consumer;
        this.lanes = lanes;
        this.commits = commits;
        this.claims = claims;
        this.subscription = subscription;
        this.shortRuns = shortRuns;
    }

    /** From now on lanes are dropped as they are: the worker has said all it had to say. */
    void leaving() {
        leaving = true;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        List<Assignment> going = lanes.all(partitions);
        if (leaving || going.isEmpty()) {
            going.forEach(assignment -> lanes.depart(assignment, false));
            return;
        }
        shortRuns.await(going);
        if (!commits.commitNow(going, COMMIT_PATIENCE)) {
            LOG.warn(
                    "{} lanes are handed over without their last commit: some of their events may run twice",
                    going.size());
        }
        boolean claimed = claimRuns(going);
        going.forEach(assignment -> lanes.depart(assignment, claimed));
    }

    private boolean claimRuns(List<Assignment> going) {
        Map<LaneId, List<Delivery>> running = new HashMap<>();
        for (Assignment assignment : going) {
            Lane lane = assignment.lane();
            if (lane.running() > 0) {
                running.put(lane.id(), lane.runningDeliveries());
            }
        }
        return running.isEmpty() || claims.claim(running, CLAIM_PATIENCE);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        List<Assignment> lost = lanes.all(partitions);
        int running = lost.stream()
                .mapToInt(assignment -> assignment.lane().running())
                .sum();
        LOG.warn(
                "{} lanes are lost to other workers; {} runs here go on, and may run there as well",
                lost.size(),
                running);
        lost.forEach(assignment -> lanes.depart(assignment, false));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> committed = committed(Set.copyOf(partitions));
        List<LaneId> assigned = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            TriggerDefinition trigger = subscription.trigger(partition.topic());
            if (trigger == null) {
                // Unsubscribed a moment ago: the next rebalance takes it away.
                consumer.pause(List.of(partition));
                continue;
            }
            OffsetAndMetadata commit = committed.get(partition);
            if (commit != null) {
                consumer.seek(partition, commit);
            }
            OffsetMap known = commit == null ? OffsetMap.nothingAbove(0) : known(partition, commit);
            assigned.add(lanes.assign(partition, trigger, known).lane().id());
        }
        claims.ask(assigned);
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
        for (int attempt = 1; attempt <= 3; attempt++) {
            try {
                return consumer.committed(partitions, BROKER_PATIENCE);
            } catch (WakeupException e) {
                LOG.debug("Question for commits interrupted by a command, attempt {}", attempt);
            } catch (KafkaException e) {
                LOG.warn(
                        "{} lanes begin without their offset maps: some of their events may run twice",
                        partitions.size(),
                        e);
                return Map.of();
            }
        }
        return Map.of();
    }

    private static OffsetMap known(TopicPartition partition, OffsetAndMetadata commit) {
        return OffsetMap.decode(commit.offset(), commit.metadata()).orElseGet(() -> {
            if (!commit.metadata().isEmpty()) {
                LOG.warn(
                        "Commit metadata of {} is not ours and is ignored: some of its events may run twice",
                        partition);
            }
            return OffsetMap.nothingAbove(commit.offset());
        });
    }
}
