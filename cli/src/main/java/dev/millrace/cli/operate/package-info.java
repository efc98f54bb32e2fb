/** Commands for whoever operates an installation: queues, workers, dead letters, and what is wrong with this machine. */
@NullMarked
package dev.millrace.cli.operate;

import org.jspecify.annotations.NullMarked;
