package dev.millrace.kafka;

import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.DeadLetterCodec;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.MalformedException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** What the records of the topic of dead letters mean. Stateless. */
final class DeadLetterRecords {

    private DeadLetterRecords() {}

    static DeadLetterChange change(ConsumerRecord<byte[], byte[]> found) throws MalformedException {
        return found.value() == null
                ? new DeadLetterChange.Retracted(address(found))
                : new DeadLetterChange.Buried(letter(found), new DeadLetterPlace(found.partition(), found.offset()));
    }

    static StoredDeadLetter stored(ConsumerRecord<byte[], byte[]> found) throws MalformedException {
        return new StoredDeadLetter(letter(found), header(found), found.value());
    }

    private static DeadLetter letter(ConsumerRecord<byte[], byte[]> found) throws MalformedException {
        Header header = found.headers().lastHeader(DeadLetterCodec.HEADER);
        if (header == null || header.value() == null) {
            throw new MalformedException("it does not say of itself that it is a dead letter");
        }
        return DeadLetterCodec.decode(address(found), header.value());
    }

    private static EventAddress address(ConsumerRecord<byte[], byte[]> found) throws MalformedException {
        if (found.key() == null) {
            throw new MalformedException("it has no key");
        }
        return DeadLetterCodec.address(found.key());
    }

    private static Optional<EventHeader> header(ConsumerRecord<byte[], byte[]> found) {
        Header header = found.headers().lastHeader(EventHeader.KEY);
        if (header == null || header.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(EventHeaderCodec.decode(header.value()));
        } catch (MalformedException e) {
            return Optional.empty(); // The letter says enough without it.
        }
    }
}
