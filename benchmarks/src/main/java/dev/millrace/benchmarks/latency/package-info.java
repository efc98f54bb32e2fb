/** How long one event takes at a steady rate: to be accepted, to be readable, beside slow ones. */
@NullMarked
package dev.millrace.benchmarks.latency;

import org.jspecify.annotations.NullMarked;
