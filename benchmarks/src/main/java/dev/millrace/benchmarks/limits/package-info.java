/** How soon limits over the whole fleet do what they are told. */
@NullMarked
package dev.millrace.benchmarks.limits;

import org.jspecify.annotations.NullMarked;
