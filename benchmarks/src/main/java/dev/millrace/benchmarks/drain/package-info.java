/** How fast a backlog becomes recorded results, beside a loop that only consumes and sets. */
@NullMarked
package dev.millrace.benchmarks.drain;

import org.jspecify.annotations.NullMarked;
