package dev.millrace.worker.consume;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.HeaderRanges;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.TriggerDefinition;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Makes a delivery of a broker's record. A record that is not one of ours becomes a delivery that says so: it has to end
 * somewhere, and its neighbours have to run. Stateless.
 */
final class RecordReader {

    private static final byte[] EMPTY = new byte[0];

    private RecordReader() {}

    static Delivery read(LaneId lane, TriggerDefinition trigger, ConsumerRecord<byte[], byte[]> received) {
        EventAddress stored = new EventAddress(trigger.number(), lane.partition(), received.offset());
        byte[] event = received.value() == null ? EMPTY : received.value();
        try {
            EventHeader header = header(received);
            EventAddress origin = header.origin();
            if (origin == null) {
                return new Delivery(lane, received.offset(), stored, header, trigger, event, null);
            }
            if (origin.trigger() != trigger.number() || origin.partition() != lane.partition()) {
                throw new MalformedException("its header says it is event " + origin + ", of another lane");
            }
            return new Delivery(lane, received.offset(), origin, header, trigger, event, null);
        } catch (MalformedException e) {
            EventHeader made = EventHeader.accepted(Math.clamp(received.timestamp(), 0, EventHeader.MAX_TIME));
            String reason = String.valueOf(e.getMessage());
            return new Delivery(lane, received.offset(), stored, made, trigger, event, reason);
        }
    }

    private static EventHeader header(ConsumerRecord<byte[], byte[]> received) throws MalformedException {
        Header header = received.headers().lastHeader(EventHeader.KEY);
        byte @Nullable [] bytes = header == null ? null : header.value();
        if (bytes == null) {
            throw new MalformedException("it has no header of Millrace");
        }
        EventHeader decoded = EventHeaderCodec.decode(bytes);
        HeaderRanges.check(decoded, received.timestamp());
        return decoded;
    }
}
