package dev.millrace.worker.consume;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Triggers, lanes and deliveries for tests. */
final class Samples {

    private Samples() {}

    static TriggerDefinition trigger(int number, String function) {
        TriggerRef ref = new TriggerRef(FunctionRef.of(function), "api");
        return new TriggerDefinition(ref, number, new TriggerSpec.Api(), true, 4, 1, 0, 0);
    }

    static LaneId laneId(String topic, long epoch) {
        return new LaneId(topic, 0, epoch);
    }

    static Delivery delivery(LaneId lane, TriggerDefinition trigger, long offset, byte[] event) {
        EventAddress address = new EventAddress(trigger.number(), lane.partition(), offset);
        return new Delivery(lane, offset, address, EventHeader.accepted(1_000 + offset), trigger, event, null);
    }

    static Delivery delivery(Lane lane, long offset) {
        return delivery(lane.id(), lane.trigger(), offset, new byte[0]);
    }

    /** A lane of function {@code fn} that begins at this offset and has heard that nobody else runs anything of it. */
    static Lane lane(long committed) {
        return lane("fn", OffsetMap.nothingAbove(committed));
    }

    static Lane lane(String function, OffsetMap known) {
        Lane lane = new Lane(laneId("t." + function, 1), trigger(1, function), known);
        lane.claims(Map.of());
        return lane;
    }

    static List<Long> offsets(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::offset).toList();
    }

    /** From the first to the last, both included. */
    static void receive(Lane lane, long first, long last) {
        LongStream.rangeClosed(first, last).forEach(offset -> lane.received(delivery(lane, offset)));
    }
}
