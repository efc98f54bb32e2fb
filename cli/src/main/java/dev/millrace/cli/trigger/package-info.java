/** Commands about triggers, and those that do what an adapter would. */
@NullMarked
package dev.millrace.cli.trigger;

import org.jspecify.annotations.NullMarked;
