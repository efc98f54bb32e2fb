package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Response;

/** What Redis says of many finished invocations at once, without their results. Thread-safe. */
public final class RecordedStatuses {

    /** Heading, offset and status lie within these first bytes of a stored outcome. */
    private static final int BEGINNING = 511;

    private final Redis redis;

    /** Statuses in this Redis. */
    public RecordedStatuses(Redis redis) {
        this.redis = redis;
    }

    /**
     * The terminal statuses of those that Redis has as finished; the others are missing.
     *
     * @throws RedisUnavailableException Redis does not answer
     */
    public Map<EventAddress, Status> of(List<EventAddress> addresses) {
        List<Response<byte[]>> answers = new ArrayList<>(addresses.size());
        redis.pipelined("statuses", pipeline -> {
            answers.clear();
            addresses.forEach(
                    address -> answers.add(pipeline.getrange(redis.keys().result(address), 0, BEGINNING)));
        });
        Map<EventAddress, Status> statuses = new HashMap<>();
        for (int i = 0; i < addresses.size(); i++) {
            byte[] beginning = answers.get(i).get();
            if (beginning != null && beginning.length > 0) {
                statuses.put(addresses.get(i), status(addresses.get(i), beginning));
            }
        }
        return statuses;
    }

    private static Status status(EventAddress address, byte[] beginning) {
        try {
            return OutcomePack.statusAtStart(beginning);
        } catch (MalformedException e) {
            throw new IllegalStateException("what Redis holds of " + address + " is no outcome", e);
        }
    }
}
