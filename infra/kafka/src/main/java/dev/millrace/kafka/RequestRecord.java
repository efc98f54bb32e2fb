package dev.millrace.kafka;

import dev.millrace.contract.CallHeader;
import org.jspecify.annotations.Nullable;

/**
 * One record of the requests topic.
 *
 * @param offset in its partition
 * @param storedAt epoch milliseconds by the clock of who wrote it
 * @param header what is known of the call; {@code null} when no dispatcher of ours wrote it
 * @param event its bytes as received
 */
@SuppressWarnings("ArrayRecordComponent") // Events are passed through by reference on the hot path.
public record RequestRecord(
        long offset, long storedAt, @Nullable CallHeader header, byte[] event) {}
