/** Ticks of schedules: which are due, who fires them, and what a tick looks like to a function. */
@NullMarked
package dev.millrace.trigger.timer;

import org.jspecify.annotations.NullMarked;
