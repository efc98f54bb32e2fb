/**
 * Running copies of deployed functions: how an instance is started, spoken to, watched, reused, reclaimed and killed.
 * What belongs here knows processes and runtimes and nothing of Kafka, Redis, retries or how an outcome is reported.
 */
@NullMarked
package dev.millrace.instances;

import org.jspecify.annotations.NullMarked;
