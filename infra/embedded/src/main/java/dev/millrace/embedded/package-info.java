/**
 * A Kafka broker and a Redis server that start with one call, keep their data between runs and end with the process
 * that started them. For one-command development and for tests; nothing here runs in a cluster.
 */
@NullMarked
package dev.millrace.embedded;

import org.jspecify.annotations.NullMarked;
