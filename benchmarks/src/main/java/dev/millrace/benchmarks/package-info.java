/** Figures by command: each sub-command measures one thing beside its yardstick, in one run on one broker and Redis. */
@NullMarked
package dev.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
