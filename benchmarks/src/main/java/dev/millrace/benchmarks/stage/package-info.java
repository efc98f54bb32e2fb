/** What a measurement plays on: a broker and a Redis of its own, and an installation of Millrace on them. */
@NullMarked
package dev.millrace.benchmarks.stage;

import org.jspecify.annotations.NullMarked;
