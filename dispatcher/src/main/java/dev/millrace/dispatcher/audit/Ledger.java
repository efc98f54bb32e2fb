package dev.millrace.dispatcher.audit;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Status;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The books of one trigger while they are made: one octet for each retained event. Pure; not thread-safe.
 *
 * <p>Entries have to be made in this order, so that nothing that moves meanwhile looks lost: what is open by the commits
 * (read first), then the events themselves and their copies, then the outcomes.
 */
final class Ledger {

    static final int EXAMPLES = 20;

    /** Nothing lies there: what Kafka itself put into the log, or a copy of an event that lies elsewhere. */
    private static final byte NOTHING = 0;

    private static final byte ACCEPTED = 1;
    private static final byte OPEN = 2;
    /** Plus the number of the status. */
    private static final byte ENDED = 16;

    private final int trigger;
    private final List<Lane> lanes = new ArrayList<>();
    private final List<EventAddress> examples = new ArrayList<>();
    private long strangers;
    private long repeated;

    Ledger(int trigger) {
        this.trigger = trigger;
    }

    /** One partition. */
    private static final class Lane {

        private final long begin;
        private final Reached reached;
        private final byte[] events;

        Lane(long begin, Reached reached, int events) {
            this.begin = begin;
            this.reached = reached;
            this.events = new byte[events];
        }
    }

    /**
     * The next partition.
     *
     * @param begin first offset that is looked at
     * @param end follows the last one
     * @param reached what is not open by it has ended, or lives on as a copy
     */
    void lane(long begin, long end, Reached reached) {
        lanes.add(new Lane(begin, reached, Math.toIntExact(Math.max(0, end - begin))));
    }

    /** An event lies there. */
    void accepted(int partition, long offset) {
        Lane lane = lanes.get(partition);
        if (offset >= lane.begin) {
            set(lane, offset, lane.reached.isOpen(offset) ? OPEN : ACCEPTED);
        }
    }

    /** A copy of this event will be taken up by somebody. */
    void copied(EventAddress origin) {
        if (isAccepted(origin)) {
            set(lanes.get(origin.partition()), origin.offset(), OPEN);
        }
    }

    /**
     * An outcome that is terminal.
     *
     * @return whether it is the first of its event
     */
    boolean ended(EventAddress address, Status status) {
        if (address.partition() >= lanes.size() || address.offset() < lanes.get(address.partition()).begin) {
            return false;
        }
        Lane lane = lanes.get(address.partition());
        long index = address.offset() - lane.begin;
        if (index >= lane.events.length) {
            return false; // Accepted after the books were opened.
        }
        byte known = lane.events[(int) index];
        if (known == NOTHING) {
            strangers++;
            example(address);
        }
        if (known != ACCEPTED && known != OPEN) {
            repeated += known == NOTHING ? 0 : 1;
            return false;
        }
        set(lane, address.offset(), (byte) (ENDED + status.code()));
        return true;
    }

    /** The sum. */
    Account close() {
        long accepted = 0;
        long open = 0;
        long lost = 0;
        long[] ended = new long[Byte.MAX_VALUE];
        for (int partition = 0; partition < lanes.size(); partition++) {
            Lane lane = lanes.get(partition);
            for (int i = 0; i < lane.events.length; i++) {
                byte event = lane.events[i];
                if (event == NOTHING) {
                    continue;
                }
                accepted++;
                if (event == OPEN) {
                    open++;
                } else if (event == ACCEPTED) {
                    lost++;
                    example(new EventAddress(trigger, partition, lane.begin + i));
                } else {
                    ended[event - ENDED]++;
                }
            }
        }
        Map<Status, Long> byStatus = new EnumMap<>(Status.class);
        for (Status status : Status.values()) {
            if (ended[status.code()] > 0) {
                byStatus.put(status, ended[status.code()]);
            }
        }
        return new Account(
                accepted, byStatus, open, lost, strangers, repeated, Account.InRedis.NOTHING_WRONG, examples);
    }

    private boolean isAccepted(EventAddress address) {
        if (address.trigger() != trigger || address.partition() >= lanes.size()) {
            return false;
        }
        Lane lane = lanes.get(address.partition());
        long index = address.offset() - lane.begin;
        return index >= 0 && index < lane.events.length && lane.events[(int) index] == ACCEPTED;
    }

    private static void set(Lane lane, long offset, byte state) {
        lane.events[(int) (offset - lane.begin)] = state;
    }

    private void example(EventAddress address) {
        if (examples.size() < EXAMPLES) {
            examples.add(address);
        }
    }
}
