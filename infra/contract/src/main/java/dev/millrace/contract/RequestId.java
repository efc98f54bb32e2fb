package dev.millrace.contract;

import java.util.UUID;

/**
 * What a caller knows an invocation by: a UUID of version 8 (RFC 9562) that packs the {@link EventAddress} of the
 * event and a short keyed check. Made and read by {@link RequestIdCodec}, so that whoever holds a {@code RequestId}
 * knows that it is genuine.
 *
 * @param address where the event lies
 * @param uuid the outside form
 */
public record RequestId(EventAddress address, UUID uuid) {

    /** The 36 characters that callers see. */
    @Override
    public String toString() {
        return uuid.toString();
    }
}
