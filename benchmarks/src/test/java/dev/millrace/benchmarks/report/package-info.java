/** Tests of the figures' arithmetic and shape; times themselves are never asserted. */
@NullMarked
package dev.millrace.benchmarks.report;

import org.jspecify.annotations.NullMarked;
