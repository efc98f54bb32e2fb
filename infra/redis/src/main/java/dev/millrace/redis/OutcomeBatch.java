package dev.millrace.redis;

import dev.millrace.contract.OutcomePack;
import java.util.List;

/**
 * A stretch of one partition of the outcome log on its way to Redis.
 *
 * @param partition partition of the outcome log
 * @param from offset of the first record of the stretch: where the stretch before ended
 * @param next offset after its last record
 * @param packs its readable records, in log order
 */
public record OutcomeBatch(int partition, long from, long next, List<OutcomePack.Entries> packs) {

    public OutcomeBatch {
        if (from < 0 || next < from) {
            throw new IllegalArgumentException("no stretch of partition " + partition + ": " + from + " to " + next);
        }
        packs = List.copyOf(packs);
    }
}
