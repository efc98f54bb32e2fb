package dev.millrace.contract;

import java.util.Locale;

/**
 * Every topic of an installation, as functions. No topic name stands anywhere else.
 *
 * @param prefix what all topics of the installation begin with, such as {@code millrace.}; several installations can
 *     share a cluster
 */
public record Topics(String prefix) {

    /** The prefix unless configured otherwise. */
    public static final String DEFAULT_PREFIX = "millrace.";

    /** Partitions of {@link #outcomes()}. */
    public static final int OUTCOME_PARTITIONS = 12;

    /** Partitions of {@link #timers()}. */
    public static final int TIMER_PARTITIONS = 8;

    /** Partitions of {@link #code()}. */
    public static final int CODE_PARTITIONS = 4;

    /** Partitions of {@link #dead()}. */
    public static final int DEAD_PARTITIONS = 4;

    /** Partitions of each of the delay topics. */
    public static final int DELAY_PARTITIONS = 4;

    /** Partitions of {@link #requests()} at most: each worker reads one of its own. */
    public static final int REQUEST_PARTITIONS = 128;

    /** Partitions of {@link #requests()} at first; it grows when more workers come. */
    public static final int FIRST_REQUEST_PARTITIONS = 8;

    /** Partitions of {@link #replies()}. */
    public static final int REPLY_PARTITIONS = 8;

    /** Partitions of a trigger's topic unless its definition says otherwise; a timer has one. */
    public static final int TRIGGER_PARTITIONS = 4;

    public Topics {
        if (!prefix.matches("[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    "a topic prefix has 1 to 64 letters, digits, '.', '_' or '-': " + prefix);
        }
    }

    /** Events of one trigger. The number, never a user's name. */
    public String trigger(int number) {
        String digits = Integer.toString(number, 32).toLowerCase(Locale.ROOT);
        return prefix + "t." + "0".repeat(Math.max(0, 6 - digits.length())) + digits;
    }

    /** Functions, triggers and the installation's own settings: the only configuration store. */
    public String registry() {
        return prefix + "registry";
    }

    /** Every attempt's and invocation's outcome: the truth that Redis is projected from. */
    public String outcomes() {
        return prefix + "outcomes";
    }

    /** Code packages in chunks. */
    public String code() {
        return prefix + "code";
    }

    /** Events of any trigger that rest so long before their next attempt. */
    public String delay(DelayClass length) {
        return prefix + "delay." + length.text();
    }

    /** Last tick fired per timer trigger. */
    public String timers() {
        return prefix + "timers";
    }

    /** Events that were given up, until they are replayed, dropped, or too old. */
    public String dead() {
        return prefix + "dead";
    }

    /** Events of synchronous calls, each in the partition of the worker that is to run it. */
    public String requests() {
        return prefix + "requests";
    }

    /** How synchronous calls ended, each in the partition that the calling dispatcher reads. */
    public String replies() {
        return prefix + "replies";
    }

    /**
     * A partition of a topic.
     *
     * @param topic its full name
     * @param partition its number there
     */
    public record Place(String topic, int partition) {}

    /** Where the event at this address lies, whatever brought it. The only way from an address to a topic. */
    public Place placeOf(EventAddress address) {
        return address.isCall()
                ? new Place(requests(), address.partition() - EventAddress.FIRST_OF_CALLS)
                : new Place(trigger(address.trigger()), address.partition());
    }

    /**
     * The outcome partition of an event: all outcomes of one event, and of its lane, lie in one partition in order.
     *
     * @param trigger number of the trigger that accepted the event
     * @param partition partition that accepted it
     */
    public static int outcomePartition(int trigger, int partition) {
        return Math.floorMod(trigger * 31 + partition, OUTCOME_PARTITIONS);
    }

    /** The outcome partition of this event. */
    public static int outcomePartition(EventAddress address) {
        return outcomePartition(address.trigger(), address.partition());
    }

    /** The partition in which an invocation's dead letter lies, and everything that is said of it later. */
    public static int deadPartition(EventAddress address) {
        long place = (address.trigger() * 31L + address.partition()) * 31L + address.offset();
        return (int) Math.floorMod(place, (long) DEAD_PARTITIONS);
    }

    /** The partition of a delay topic that an event rests in, each time it does. */
    public static int delayPartition(EventAddress address) {
        return Math.floorMod(
                Long.hashCode(address.offset()) * 31 + address.partition() + address.trigger(), DELAY_PARTITIONS);
    }

    /** The timer partition of a trigger: who owns the partition owns the timer. */
    public static int timerPartition(int trigger) {
        return Math.floorMod(trigger, TIMER_PARTITIONS);
    }
}
