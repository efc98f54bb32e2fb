/**
 * The commands that run until they are told to stop: the three programs, each for itself against somebody's Kafka and
 * Redis, and {@code dev} and {@code demo}, which have everything in one process.
 */
@NullMarked
package dev.millrace.cli.program;

import org.jspecify.annotations.NullMarked;
