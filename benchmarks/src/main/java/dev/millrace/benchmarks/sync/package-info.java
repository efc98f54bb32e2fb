/** Synchronous calls beside a request-reply loop of one's own and beside Spring's. */
@NullMarked
package dev.millrace.benchmarks.sync;

import org.jspecify.annotations.NullMarked;
