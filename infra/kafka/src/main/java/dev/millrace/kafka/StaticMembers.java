package dev.millrace.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupResult;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members that keep their names ({@code group.instance.id}) in consumer groups: who is in, and putting out who is
 * dead, so that the others take over without waiting for the session to end. Thread-safe; every method throws
 * {@link KafkaUnavailableException} when Kafka does not answer or refuses.
 */
public final class StaticMembers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StaticMembers.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final List<String> groups;
    private final Admin admin;

    /** @param groups the groups whose members bear the same names */
    public StaticMembers(KafkaSettings settings, Collection<String> groups) {
        this.groups = List.copyOf(groups);
        this.admin = Admin.create(settings.admin("members"));
    }

    /** The names of all members, of whichever group. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        Map<String, KafkaFuture<ConsumerGroupDescription>> described =
                admin.describeConsumerGroups(groups).describedGroups();
        described.forEach((group, answer) -> names.addAll(namesIn(group, answer)));
        return names;
    }

    /**
     * Puts a member out of all groups; the group assigns what it had to the others at once. A member that lives after all
     * joins again by itself, having lost its partitions.
     *
     * @return whether it was in any of them
     */
    public boolean remove(String name) {
        boolean removed = false;
        for (String group : groups) {
            removed |= removeFrom(group, name);
        }
        return removed;
    }

    private boolean removeFrom(String group, String name) {
        MemberToRemove member = new MemberToRemove(name);
        RemoveMembersFromConsumerGroupResult result =
                admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions(List.of(member)));
        try {
            result.memberResult(member).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("Put {} out of the group {}", name, group);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownMemberIdException || e.getCause() instanceof GroupIdNotFoundException) {
                return false; // Somebody else was faster, or it had left.
            }
            throw unavailable("put " + name + " out of the group " + group, e);
        } catch (TimeoutException e) {
            throw unavailable("put " + name + " out of the group " + group, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("put " + name + " out of the group " + group, e);
        }
    }

    private static List<String> namesIn(String group, KafkaFuture<ConsumerGroupDescription> answer) {
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).members().stream()
                    .map(MemberDescription::groupInstanceId)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return List.of(); // Nobody has joined it yet.
            }
            throw unavailable("name the members of the group " + group, e);
        } catch (TimeoutException e) {
            throw unavailable("name the members of the group " + group, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("name the members of the group " + group, e);
        }
    }

    private static KafkaUnavailableException unavailable(String what, Exception e) {
        Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        return new KafkaUnavailableException("Kafka did not " + what + ": " + cause, cause);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }
}
