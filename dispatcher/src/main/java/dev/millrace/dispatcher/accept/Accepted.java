package dev.millrace.dispatcher.accept;

import dev.millrace.contract.EventAddress;

/**
 * An event that the broker has.
 *
 * @param address where it lies
 * @param replayed whether an earlier request with the same key had stored it
 */
public record Accepted(EventAddress address, boolean replayed) {}
