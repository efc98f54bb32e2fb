/** Figures with their spread, as a table and as JSON, and the machine they were taken on. */
@NullMarked
package dev.millrace.benchmarks.report;

import org.jspecify.annotations.NullMarked;
