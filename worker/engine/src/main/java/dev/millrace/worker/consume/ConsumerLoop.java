package dev.millrace.worker.consume;

import dev.millrace.contract.CommitNote.Departure;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.worker.consume.FairOrder.Turn;
import dev.millrace.worker.consume.Predecessors.Question;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the consumer thread does, over and over: take in commands, hand over what may run, commit what is done, poll.
 *
 * <pre>
 *   commands ─► lanes ─► fair order ─► execution
 *               ▲  └─► commits ─► broker
 *   broker ─► reception
 * </pre>
 */
final class ConsumerLoop implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerLoop.class);
    private static final long IDLE_MILLIS = 1_000;
    private static final long CLAIM_CHECK_MILLIS = 250;
    private static final long TROUBLE_MILLIS = 250;
    private static final long LAST_POLL_MILLIS = 20;
    private static final long REBALANCE_PATIENCE_MILLIS = 4_000;
    private static final Duration LAST_COMMIT = Duration.ofSeconds(3);
    private static final Duration LAST_CALL = Duration.ofSeconds(3);

    private final Consumer<byte[], byte[]> consumer;
    private final Mailbox mailbox;
    private final Execution execution;
    private final Continuity continuity;
    private final LostLanes lost;
    private final FairOrder order;
    private final Lanes lanes;
    private final Commits commits;
    private final ClaimDesk claims;
    private final Subscription subscription;
    private final Handover handover;
    private final Reception reception;
    private final Expiry expiry;
    private final List<Command> postponed = new ArrayList<>();
    private long claimsAskedAt;
    private Command.@Nullable Leave leave;
    private long leaveBy;
    private volatile @Nullable String trouble;

    ConsumerLoop(
            Consumer<byte[], byte[]> consumer,
            Mailbox mailbox,
            Execution execution,
            ConsumeLimits limits,
            Supplier<Map<String, TriggerDefinition>> subscriptions,
            Succession succession) {
        this.consumer = consumer;
        this.mailbox = mailbox;
        this.execution = execution;
        this.continuity = succession.continuity();
        this.lost = succession.lost();
        this.order = new FairOrder(limits.maxInFlight(), execution::weight);
        this.lanes = new Lanes(order, ConsumerLoop::now);
        this.claims = new ClaimDesk(succession.claims(), succession.predecessors(), mailbox);
        this.commits = new Commits(consumer, lanes, claims, limits, succession.storedBefore());
        this.subscription = new Subscription(subscriptions);
        ShortRuns shortRuns = new ShortRuns(this::awaitCompletions, limits.revokeWait(), ConsumerLoop::now);
        this.handover = new Handover(consumer, lanes, commits, claims, subscription, shortRuns, this::lose);
        this.reception = new Reception(consumer, lanes, new Backpressure(limits));
        this.expiry = new Expiry(execution, order, Clock.systemUTC());
    }

    @Override
    public void run() {
        List<Delivery> unfinished = List.of();
        try {
            subscription.renew(consumer, handover, now());
            while (!turn()) {}
            unfinished = lastWords();
        } catch (RuntimeException | Error e) {
            trouble = "the consumer thread died of " + e;
            unfinished = lanes.running();
            LOG.error("Consuming ends for good; other workers take over, {} runs may run twice", unfinished.size(), e);
        } finally {
            leaveGroup();
            answerTheRest(unfinished);
        }
    }

    /** What is wrong with the connection to the broker at the moment. Any thread. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** One time round; whether it was the last. */
    private boolean turn() {
        commits.aboutToTakeIn();
        obeyAll();
        long now = now();
        if (subscription.isDue(now)) {
            renewSubscription(now);
        }
        boolean whole = continuity.isUnbroken();
        if (!whole) {
            stoodStill(now);
        }
        if (leave == null) {
            expiry.lookIfDue(lanes, now);
            if (whole) {
                handOver(now);
            }
        } else if (order.inFlight() == 0 || now >= leaveBy) {
            return true;
        }
        commits.commitIfDue(now);
        askForClaims(now);
        poll(now);
        return false;
    }

    /** Others may have taken over what is open here: runs of lanes that had left already they have for sure. */
    private void stoodStill(long now) {
        lanes.loseDeparted().forEach(this::lose);
        commits.proveMembership(continuity, now);
    }

    private void lose(LaneId lane) {
        lost.add(lane);
        execution.lost(lane);
    }

    private void obeyAll() {
        List<Command> due = List.copyOf(postponed);
        postponed.clear();
        due.forEach(this::obey);
        for (Command command = mailbox.next(); command != null; command = mailbox.next()) {
            obey(command);
        }
    }

    private void obey(Command command) {
        switch (command) {
            case Command.Done done -> done(done);
            // To have been woken is all there is to it: permits are asked for in every turn.
            case Command.PermitsChanged changed -> {}
            case Command.SubscriptionsChanged changed -> subscription.changed(now());
            case Command.Inherited inherited -> inherited(inherited);
            case Command.ClaimsHeard heard -> heard(heard);
            case Command.Look look -> look.answer().complete(snapshot());
            case Command.Leave asked -> leave(asked);
        }
    }

    private void done(Command.Done done) {
        List<Delivery> claimed = lanes.done(done.deliveries());
        if (!claimed.isEmpty()) {
            claims.done(claimed);
        }
    }

    private void inherited(Command.Inherited inherited) {
        Assignment assignment = lanes.of(inherited.lane());
        if (assignment != null) {
            lanes.inherited(assignment, inherited.legacy(), inherited.claims());
            LOG.debug("Lane {} begins {} ms after it came", inherited.lane(), now() - assignment.assignedAt());
            commits.hurry();
        }
    }

    private void heard(Command.ClaimsHeard heard) {
        Assignment assignment = lanes.of(heard.lane());
        if (assignment != null) {
            assignment.lane().found(heard.findings());
            lanes.heard(assignment, heard.claims());
        }
    }

    private void leave(Command.Leave asked) {
        long by = now() + asked.limit().toMillis();
        if (leave != null) {
            // Whoever asks again is in more of a hurry.
            leaveBy = Math.min(leaveBy, by);
            postponed.add(asked);
            return;
        }
        leave = asked;
        leaveBy = by;
        reception.close();
    }

    /** In the middle of a rebalance only completions can be taken in; everything else has its turn afterwards. */
    private void awaitCompletions(long millis) {
        mailbox.await(millis);
        for (Command command = mailbox.next(); command != null; command = mailbox.next()) {
            if (command instanceof Command.Done done) {
                done(done);
            } else {
                postponed.add(command);
            }
        }
    }

    private void renewSubscription(long now) {
        subscription.renew(consumer, handover, now);
        for (Assignment assignment : lanes.all()) {
            TriggerDefinition trigger =
                    subscription.trigger(assignment.partition().topic());
            if (trigger != null) {
                assignment.lane().trigger(trigger);
                if (assignment.lane().ready() > 0) {
                    order.enrol(assignment.lane());
                }
            }
        }
    }

    private void handOver(long now) {
        lanes.takeEnded().forEach(ended -> execution.ended(ended.delivery(), ended.outcome()));
        for (Turn turn = order.next(execution); turn != null; turn = order.next(execution)) {
            List<Delivery> batch = turn.lane().take(turn.size(), now);
            try {
                execution.start(turn.function(), batch);
            } catch (RuntimeException e) {
                LOG.error(
                        "{} events of {} from lane {} could not be handed over; they stay open until this worker is restarted",
                        batch.size(),
                        turn.function(),
                        turn.lane().id(),
                        e);
            }
        }
        reception.resume();
    }

    private void askForClaims(long now) {
        if (now - claimsAskedAt < CLAIM_CHECK_MILLIS) {
            return;
        }
        claimsAskedAt = now;
        Map<Question, Set<Long>> parked = new HashMap<>();
        for (Assignment assignment : lanes.all()) {
            if (assignment.lane().parked() > 0) {
                parked.put(
                        assignment.lane().questionOfParked(), assignment.lane().parkedOffsets());
            }
        }
        if (!parked.isEmpty()) {
            var _ = claims.ask(parked); // If not now, then next time.
        }
    }

    private void poll(long now) {
        pollFor(pollMillis(now));
    }

    private void pollFor(long millis) {
        if (subscription.isEmpty()) {
            mailbox.await(millis);
            return;
        }
        boolean sleeps = mailbox.sleeps(order.someoneWaits() || leave != null);
        try {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(sleeps ? millis : 0));
            mailbox.woke();
            trouble = null;
            reception.receive(records);
        } catch (WakeupException e) {
            LOG.trace("Woken by a command");
        } catch (FencedInstanceIdException | InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            trouble = String.valueOf(e.getMessage());
            LOG.warn("Polling failed; lanes keep what they have, trying again", e);
            mailbox.await(TROUBLE_MILLIS);
        } finally {
            mailbox.woke();
        }
    }

    private long pollMillis(long now) {
        long millis = subscription.millisUntilDue(now, IDLE_MILLIS);
        if (order.inFlight() > 0 || lanes.anyTouched() || !continuity.isUnbroken()) {
            millis = Math.min(millis, commits.millisUntilDue(now));
        }
        if (leave != null) {
            millis = Math.clamp(leaveBy - now, 0, millis);
        }
        return lanes.anyAwaitsClaims() || order.someoneWaits() ? Math.min(millis, CLAIM_CHECK_MILLIS) : millis;
    }

    private List<LaneSnapshot> snapshot() {
        return lanes.all().stream().map(this::snapshot).toList();
    }

    private LaneSnapshot snapshot(Assignment assignment) {
        Lane lane = assignment.lane();
        Delivery head = lane.head();
        return new LaneSnapshot(
                lane.id(),
                lane.trigger(),
                lane.waiting(),
                lane.running(),
                lane.parked(),
                lane.completed(),
                lane.frontier(),
                head == null ? 0 : head.header().acceptedAt(),
                assignment.isPaused(),
                waiting(lane));
    }

    private LaneSnapshot.Waiting waiting(Lane lane) {
        if (lane.waiting() == 0) {
            return LaneSnapshot.Waiting.NOTHING;
        }
        if (lane.trigger().paused()) {
            return LaneSnapshot.Waiting.PAUSE;
        }
        if (!lane.claimsKnown()) {
            return LaneSnapshot.Waiting.CLAIMS;
        }
        if (execution.permitsFree(lane.function()) <= 0) {
            return LaneSnapshot.Waiting.PERMIT;
        }
        return order.isFull() ? LaneSnapshot.Waiting.WORKER : LaneSnapshot.Waiting.NOTHING;
    }

    private List<Delivery> lastWords() {
        obeyAll();
        if (leave != null && leave.commits() && !lastCommit()) {
            LOG.warn("Leaving without the last commit: some events may run twice");
        }
        return lanes.running();
    }

    /** In the middle of a rebalance no commit is taken; it comes to its end while this thread polls. */
    private boolean lastCommit() {
        long by = now() + REBALANCE_PATIENCE_MILLIS;
        while (!commits.commitNow(
                List.copyOf(lanes.all()),
                lanes.running().isEmpty() ? Departure.IN_ORDER : Departure.NONE,
                LAST_COMMIT)) {
            if (now() >= by) {
                return false;
            }
            pollFor(LAST_POLL_MILLIS);
            obeyAll();
        }
        return true;
    }

    private void leaveGroup() {
        handover.leaving();
        claims.close();
        try {
            consumer.close(CloseOptions.timeout(LAST_CALL)
                    .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        } catch (KafkaException e) {
            LOG.warn("The group was not left in order; the others take over when it notices", e);
        }
    }

    private void answerTheRest(List<Delivery> unfinished) {
        if (leave != null) {
            leave.unfinished().complete(unfinished);
        }
        postponed.forEach(command -> answerLate(command, unfinished));
        for (Command command = mailbox.next(); command != null; command = mailbox.next()) {
            answerLate(command, unfinished);
        }
    }

    private static void answerLate(Command command, List<Delivery> unfinished) {
        switch (command) {
            case Command.Look look -> look.answer().complete(List.of());
            case Command.Leave asked -> asked.unfinished().complete(unfinished);
            case Command.Done ignored -> {}
            case Command.PermitsChanged ignored -> {}
            case Command.SubscriptionsChanged ignored -> {}
            case Command.Inherited ignored -> {}
            case Command.ClaimsHeard ignored -> {}
        }
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
