package dev.millrace.worker.consume;

import dev.millrace.contract.CommitNote;
import dev.millrace.contract.CommitNote.Departure;
import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.worker.consume.Predecessors.Question;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
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
    /** Told of every lane that is lost. */
    private final java.util.function.Consumer<LaneId> loss;

    private boolean leaving;

    Handover(
            Consumer<byte[], byte[]> consumer,
            Lanes lanes,
            Commits commits,
            ClaimDesk claims,
            Subscription subscription,
            ShortRuns shortRuns,
            java.util.function.Consumer<LaneId> loss) {
        this.loss = loss;
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
        boolean claimed = claimRuns(going);
        Departure departure = claimed ? Departure.IN_ORDER : Departure.UNCLAIMED;
        if (!commits.commitNow(going, departure, COMMIT_PATIENCE)) {
            LOG.warn(
                    "{} lanes are handed over without their last commit: their next owner looks in the log for what is done",
                    going.size());
        }
        // What could not be claimed is claimed later, once it has lasted for long: its end has to be said all the same.
        going.forEach(assignment -> lanes.depart(assignment, true));
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
        LOG.warn("{} lanes are lost to other workers; {} runs here are ended, they run there", lost.size(), running);
        lost.forEach(this::lose);
    }

    private void lose(Assignment assignment) {
        LaneId lane = assignment.lane().id();
        List<Delivery> running = assignment.lane().runningDeliveries();
        lanes.lose(assignment);
        loss.accept(lane);
        if (!running.isEmpty()) {
            claims.letGo(lane, running);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        @Nullable Map<TopicPartition, OffsetAndMetadata> committed = committed(Set.copyOf(partitions));
        List<Question> questions = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            TriggerDefinition trigger = subscription.trigger(partition.topic());
            if (trigger == null) {
                // Unsubscribed a moment ago: the next rebalance takes it away.
                consumer.pause(List.of(partition));
                continue;
            }
            questions.add(assign(partition, trigger, committed));
        }
        LOG.debug("Takes {} lanes, has {} now", questions.size(), lanes.all().size());
        claims.inherit(questions);
    }

    /** A lane begins. Unless its commit is that of an owner who may have run more, it says first that it is here. */
    private Question assign(
            TopicPartition partition,
            TriggerDefinition trigger,
            @Nullable Map<TopicPartition, OffsetAndMetadata> committed) {
        OffsetAndMetadata commit = committed == null ? null : committed.get(partition);
        if (commit != null) {
            consumer.seek(partition, commit);
        }
        CommitNote note =
                commit == null ? new CommitNote(OffsetMap.nothingAbove(0), Legacy.UNKNOWN) : note(partition, commit);
        Assignment assignment = lanes.assign(partition, trigger, note.map());
        assignment.lane().begunBefore(note.begunBelow());
        boolean owned = committed == null || commit != null;
        if (!owned || note.departure() != Departure.NONE) {
            assignment.lane().mustCommitFirst();
        }
        return new Question(
                assignment.lane().id(),
                trigger.number(),
                note.map().committed(),
                owned,
                note.departure(),
                note.position(),
                begun(note));
    }

    private static Set<Long> begun(CommitNote note) {
        Set<Long> begun = new HashSet<>();
        if (note.departure() != Departure.NONE) {
            for (long offset = note.map().committed();
                    offset < note.begunBelow() && begun.size() < ConsumeLimits.MOST_IN_FLIGHT;
                    offset++) {
                if (!note.map().isDone(offset)) {
                    begun.add(offset);
                }
            }
        }
        return begun;
    }

    /** {@code null} when the broker does not say. */
    private @Nullable Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
        for (int attempt = 1; attempt <= 3; attempt++) {
            try {
                return consumer.committed(partitions, BROKER_PATIENCE);
            } catch (WakeupException e) {
                LOG.debug("Question for commits interrupted by a command, attempt {}", attempt);
            } catch (KafkaException e) {
                LOG.warn(
                        "{} lanes begin without their offset maps; what is done is looked for in the log",
                        partitions.size(),
                        e);
                return null;
            }
        }
        return null;
    }

    private static CommitNote note(TopicPartition partition, OffsetAndMetadata commit) {
        return CommitNote.decode(commit.offset(), commit.metadata()).orElseGet(() -> {
            if (!commit.metadata().isEmpty()) {
                LOG.warn(
                        "Commit metadata of {} is not ours and is ignored; what is done is looked for in the log",
                        partition);
            }
            return new CommitNote(OffsetMap.nothingAbove(commit.offset()), Legacy.UNKNOWN);
        });
    }
}
