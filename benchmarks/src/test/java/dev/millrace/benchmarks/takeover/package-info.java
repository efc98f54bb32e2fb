@NullMarked
package dev.millrace.benchmarks.takeover;

import org.jspecify.annotations.NullMarked;
