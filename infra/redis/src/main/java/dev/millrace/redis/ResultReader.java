package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.OutcomePack;
import java.util.List;
import java.util.Optional;

/** Results and logs by invocation. Thread-safe; every call is bounded in time. */
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
     * Makes a terminal outcome that was seen in the outcome log findable at once, ahead of the recorder, so that whoever
     * is told of it and asks again finds it.
     *
     * @return the invocation's first terminal outcome, which is the one that counts
     * @throws RedisUnavailableException Redis does not answer
     */
    Lookup.Finished confirm(OutcomePack.Entry seen);

    /**
     * Puts back what the outcome log has of one invocation and Redis no longer does, logs included.
     *
     * @param outcomes all of this one invocation, in log order, at least one
     * @return what is known then; {@link Lookup.Absent} when its time to be kept is over
     * @throws RedisUnavailableException Redis does not answer
     */
    Lookup restore(List<OutcomePack.Entry> outcomes);

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
