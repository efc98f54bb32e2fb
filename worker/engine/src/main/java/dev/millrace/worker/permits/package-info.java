/**
 * This worker's part of what the fleet may run at once: leased from Redis by one thread, used without asking anybody.
 */
@NullMarked
package dev.millrace.worker.permits;

import org.jspecify.annotations.NullMarked;
