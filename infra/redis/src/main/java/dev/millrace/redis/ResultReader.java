package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import java.util.Optional;

/** Results and logs by invocation. Thread-safe; every call is one round trip, bounded in time. */
public interface ResultReader {

    /**
     * What is known of an invocation.
     *
     * <p>Never says {@link Lookup.Absent} of an invocation that was {@link Lookup.Finished} before unless its time to
     * be kept is over: while lost results are being replayed it says {@link Lookup.Rebuilding}.
     *
     * @throws RedisUnavailableException Redis does not answer
     */
    Lookup find(EventAddress address);

    /**
     * What the function wrote during an attempt, UTF-8; empty when it wrote nothing or it is no longer kept.
     *
     * @throws RedisUnavailableException Redis does not answer
     */
    Optional<byte[]> log(EventAddress address, int attempt);

    /**
     * The most recent outcomes of a function, newest first: about the last thousand, and of those that did not succeed
     * about the last thousand of their own.
     *
     * @throws RedisUnavailableException Redis does not answer
     */
    RecentPage recent(RecentQuery query);
}
