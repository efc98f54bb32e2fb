@NullMarked
package dev.millrace.worker.consume;

import org.jspecify.annotations.NullMarked;
