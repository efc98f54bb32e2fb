/** How many events each queue holds, and the limit that several processes keep together without asking each other. */
@NullMarked
package dev.millrace.kafka.queue;

import org.jspecify.annotations.NullMarked;
