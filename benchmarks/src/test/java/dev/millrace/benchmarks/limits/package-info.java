@NullMarked
package dev.millrace.benchmarks.limits;

import org.jspecify.annotations.NullMarked;
