package dev.millrace.dispatcher.wait;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Topics;
import java.util.OptionalLong;

/**
 * One caller's interest in one invocation.
 *
 * @param from where in the outcome partition its outcomes can lie; empty: only what comes from now on
 */
record Watch(EventAddress address, OptionalLong from, OutcomeListener listener) {

    int partition() {
        return Topics.outcomePartition(address);
    }
}
