/** What a call of a warm child process costs, beside the bare pipe. */
@NullMarked
package dev.millrace.benchmarks.instances;

import org.jspecify.annotations.NullMarked;
