/**
 * The judge. A process of its own that knows only what clients wrote down, what functions wrote down, which faults were
 * made, and what the public API answers; it sees nothing of Millrace's code.
 */
@NullMarked
package dev.millrace.chaos.check;

import org.jspecify.annotations.NullMarked;
