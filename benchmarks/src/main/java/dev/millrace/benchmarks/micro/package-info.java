/** JMH benchmarks of the pure classes that every event passes. */
@NullMarked
package dev.millrace.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
