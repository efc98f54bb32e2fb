/** The cluster that is hurt: a broker, a Redis, and Millrace's programs, each a process of its own on the loopback address. */
@NullMarked
package dev.millrace.chaos.cluster;

import org.jspecify.annotations.NullMarked;
