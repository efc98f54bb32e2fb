/** Named runs: which faults, on what kind of cluster, and which row of the fault matrix they stand for. */
@NullMarked
package dev.millrace.chaos.scenario;

import org.jspecify.annotations.NullMarked;
