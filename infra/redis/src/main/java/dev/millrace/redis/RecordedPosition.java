package dev.millrace.redis;

import java.util.OptionalLong;

/**
 * How far Redis holds one partition of the outcome log.
 *
 * @param recorded everything before this offset is in Redis; empty when Redis does not know, because it is new or was
 *     emptied
 * @param rebuildingUntil present while lost results are being replayed: until {@code recorded} is there
 */
public record RecordedPosition(OptionalLong recorded, OptionalLong rebuildingUntil) {

    /** What an empty Redis says. */
    public static final RecordedPosition UNKNOWN = new RecordedPosition(OptionalLong.empty(), OptionalLong.empty());
}
