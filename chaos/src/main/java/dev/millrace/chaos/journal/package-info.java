/**
 * The files by which the run and the checker speak: what clients sent and were answered, what functions did, which faults
 * were made. One JSON object a line; nobody but this package knows how a line looks.
 */
@NullMarked
package dev.millrace.chaos.journal;

import org.jspecify.annotations.NullMarked;
