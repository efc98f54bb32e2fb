/** What the list of dead letters costs the dispatcher that holds it. */
@NullMarked
package dev.millrace.benchmarks.dead;

import org.jspecify.annotations.NullMarked;
