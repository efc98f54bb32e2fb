/** Workers that are killed under load: how soon what they ran is running again. */
@NullMarked
package dev.millrace.benchmarks.takeover;

import org.jspecify.annotations.NullMarked;
