package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One element of the list of a function's recent outcomes: enough to choose by without reading the outcome itself.
 *
 * @param place when it ended, and which it is
 * @param status how it ended
 */
record RecentEntry(RecentCursor place, Status status) {

    /** How many of a function are kept, and how many failed ones. */
    static final int KEPT = 1000;

    static final int BYTES = 8 + 4 + 2 + 8 + 1;

    private static final Status[] STATUSES = Status.values();

    static RecentEntry of(OutcomePack.Entry entry) {
        return new RecentEntry(new RecentCursor(entry.endedAt(), entry.address()), entry.status());
    }

    /** Appends the element for this outcome. */
    static void write(OutcomePack.Entry entry, ByteBuffer into) {
        EventAddress address = entry.address();
        into.putLong(entry.endedAt())
                .putInt(address.trigger())
                .putShort((short) address.partition())
                .putLong(address.offset())
                .put((byte) entry.status().code());
    }

    /** Reads an element; {@code null} when something else wrote it. */
    static @Nullable RecentEntry parse(byte[] bytes) {
        if (bytes.length != BYTES) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long endedAt = in.getLong();
        int trigger = in.getInt();
        int partition = Short.toUnsignedInt(in.getShort());
        long offset = in.getLong();
        int status = Byte.toUnsignedInt(in.get());
        if (endedAt < 0 || status >= STATUSES.length || !EventAddress.isValid(trigger, partition, offset)) {
            return null;
        }
        return new RecentEntry(
                new RecentCursor(endedAt, new EventAddress(trigger, partition, offset)), STATUSES[status]);
    }

    /** Whether it belongs in the list of those that did not succeed. */
    static boolean isFailed(Status status) {
        return switch (status) {
            case FAILED, EXPIRED, DEAD -> true;
            case QUEUED, RUNNING, RETRYING, SUCCEEDED, CANCELLED, DUPLICATE -> false;
        };
    }
}
