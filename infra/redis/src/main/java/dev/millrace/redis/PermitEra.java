package dev.millrace.redis;

/**
 * A time in which no lease can have been forgotten. One begins when Redis comes back from being away or empty: then nothing
 * new is granted until every worker has said what it holds, or a lease's time has passed.
 *
 * @param number tells it from others
 * @param settled whether grants are made
 * @param workers that have spoken lately
 */
public record PermitEra(long number, boolean settled, int workers) {}
