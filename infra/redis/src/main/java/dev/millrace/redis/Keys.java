package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Every key there is. Immutable.
 *
 * <p>The part in braces decides the slot in a Redis Cluster. Everything that comes from one partition of the outcome log
 * shares a slot with that partition's position, so that they can be read together and are lost together.
 */
final class Keys {

    /** Room that any key of an invocation fits into. */
    static final int INVOCATION_KEY_ROOM = 160;

    private final String prefix;
    private final byte[][] ofOutcomePartition = new byte[Topics.OUTCOME_PARTITIONS][];

    Keys(String prefix) {
        this.prefix = prefix;
        for (int partition = 0; partition < ofOutcomePartition.length; partition++) {
            ofOutcomePartition[partition] = bytes(prefix + "{o" + partition + "}");
        }
    }

    /** Whose all of it is. */
    byte[] installation() {
        return bytes(prefix + "installation");
    }

    /** A finished invocation: the stored form of {@code OutcomePack}. */
    byte[] result(EventAddress address) {
        byte[] into = new byte[INVOCATION_KEY_ROOM];
        return Arrays.copyOf(into, result(address, into));
    }

    /** The same without allocation; answers the key's length. */
    int result(EventAddress address, byte[] into) {
        return ofInvocation(address, 'r', into);
    }

    /** The last failed attempt of an invocation that goes on, in the same form. */
    byte[] retrying(EventAddress address) {
        byte[] into = new byte[INVOCATION_KEY_ROOM];
        return Arrays.copyOf(into, ofInvocation(address, 't', into));
    }

    /** The attempt that runs now, when it takes long. */
    byte[] running(EventAddress address) {
        byte[] into = new byte[INVOCATION_KEY_ROOM];
        return Arrays.copyOf(into, ofInvocation(address, 'n', into));
    }

    /** What the function wrote during an attempt: {@link LogText}. */
    byte[] log(EventAddress address, int attempt) {
        byte[] into = new byte[INVOCATION_KEY_ROOM];
        return Arrays.copyOf(into, log(address, attempt, into));
    }

    /** The same without allocation; answers the key's length. */
    int log(EventAddress address, int attempt, byte[] into) {
        int at = ofInvocation(address, 'l', into);
        into[at++] = '.';
        return Decimal.write(attempt, into, at);
    }

    /** Offset of the outcome log before which everything is here, in decimal. */
    byte[] recorded(int outcomePartition) {
        return bytes(prefix + "{o" + outcomePartition + "}recorded");
    }

    /** Offset of the outcome log until which lost results are being replayed, in decimal. */
    byte[] rebuilding(int outcomePartition) {
        return bytes(prefix + "{o" + outcomePartition + "}rebuilding");
    }

    /** Which counts of outcomes hold, and from which offset of the outcome log on they count: {@link Tally.Head}. */
    byte[] counting(int outcomePartition) {
        return bytes(prefix + "{o" + outcomePartition + "}counting");
    }

    /** Hash: how many outcomes of that day there are before the recorded offset, by {@link Tally#field}. */
    byte[] counted(int outcomePartition, Tally.Head head, long day) {
        return bytes(prefix + "{o" + outcomePartition + "}counted:" + head.generation() + "." + day);
    }

    /** List of {@link RecentEntry}, newest last. */
    byte[] recent(FunctionRef function) {
        return bytes(prefix + "{f:" + function + "}recent");
    }

    /** The same, of those that did not succeed. */
    byte[] recentFailed(FunctionRef function) {
        return bytes(prefix + "{f:" + function + "}failed");
    }

    /** Set of the names of workers that have been seen. */
    byte[] workers() {
        return bytes(prefix + "{workers}all");
    }

    /** A worker's details in JSON, as long as it lives. */
    byte[] lease(String worker) {
        return bytes(prefix + "{workers}lease:" + worker);
    }

    /** There when a worker has been asked to drain. */
    byte[] drain(String worker) {
        return bytes(prefix + "{workers}drain:" + worker);
    }

    /** Who reads this partition of the requests topic, and how he stands, as long as he lives. */
    byte[] requestPartition(int partition) {
        return bytes(prefix + "{calls}" + partition);
    }

    /** Hash of one partition of a trigger's or delay topic: offset to claim. */
    byte[] claims(String topic, int partition) {
        return bytes(prefix + "{c:" + topic + "-" + partition + "}claims");
    }

    /** Who has begun an attempt that several workers may want to begin. */
    byte[] fence(EventAddress address, int attempt) {
        byte[] into = new byte[INVOCATION_KEY_ROOM];
        int at = ofInvocation(address, 'b', into);
        into[at++] = '.';
        return Arrays.copyOf(into, Decimal.write(attempt, into, at));
    }

    /** Since when no fence in this slot can have been forgotten. */
    byte[] fenceEra(int outcomePartition) {
        return bytes(prefix + "{o" + outcomePartition + "}fences");
    }

    /** Address of the first event of a trigger with this dedup key. */
    byte[] dedup(int trigger, String key) {
        return bytes(prefix + "{d:" + trigger + "}" + key);
    }

    /** The first request of a trigger with this idempotency key: {@link Reservation}. */
    byte[] reservation(int trigger, String key) {
        return bytes(prefix + "{i:" + trigger + "}" + key);
    }

    /** Sorted set of invocations that somebody wants to end, by the time of the wish. */
    byte[] cancellations() {
        return bytes(prefix + "{cancel}wishes");
    }

    /** Hash of one trigger's topic: partition to gauge. */
    byte[] gauges(String topic) {
        return bytes(prefix + "{g:" + topic + "}gauges");
    }

    /** Hash of what all leases of permits hang on: since when none can have been forgotten. */
    byte[] permitEra() {
        return bytes(prefix + "{permits}era");
    }

    /** Hash of the workers that lease permits: worker to when it was heard last. */
    byte[] permitWorkers() {
        return bytes(prefix + "{permits}here");
    }

    /** Hash of one function's permits: worker to what it holds. */
    byte[] permits(FunctionRef function) {
        return bytes(prefix + "{permits}f:" + function);
    }

    /** Hash of a namespace's permits: worker and function to what it holds. */
    byte[] permits(String namespace) {
        return bytes(prefix + "{permits}n:" + namespace);
    }

    /** Hash that says how many instances were started in which minute. */
    byte[] growth() {
        return bytes(prefix + "{permits}growth");
    }

    /** Name of the program whose turn it is to do this. */
    byte[] turn(String what) {
        return bytes(prefix + "{turn}" + what);
    }

    private int ofInvocation(EventAddress address, char kind, byte[] into) {
        byte[] start = ofOutcomePartition[Topics.outcomePartition(address)];
        System.arraycopy(start, 0, into, 0, start.length);
        int at = start.length;
        into[at++] = (byte) kind;
        into[at++] = ':';
        at = Decimal.write(address.trigger(), into, at);
        into[at++] = '.';
        at = Decimal.write(address.partition(), into, at);
        into[at++] = '.';
        return Decimal.write(address.offset(), into, at);
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
