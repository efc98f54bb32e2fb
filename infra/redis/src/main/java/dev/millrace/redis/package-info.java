/**
 * What Millrace keeps in Redis: results and logs by invocation, projected from the outcome log by one recorder per
 * partition; and the short-lived facts programs tell each other (leases, claims, dedup keys, gauges, what runs now).
 * Nothing here is the truth: all of it can be rebuilt from Kafka or is said again by its holder within seconds.
 *
 * <p>Start at {@link dev.millrace.redis.ResultWriter} and {@link dev.millrace.redis.ResultReader};
 * {@link dev.millrace.redis.Redis} is the connection, {@code Keys} every key there is.
 */
@NullMarked
package dev.millrace.redis;

import org.jspecify.annotations.NullMarked;
