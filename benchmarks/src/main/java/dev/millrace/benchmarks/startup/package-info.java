/** How long the development mode takes from the command to the first result. */
@NullMarked
package dev.millrace.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
