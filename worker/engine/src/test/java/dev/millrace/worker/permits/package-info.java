@NullMarked
package dev.millrace.worker.permits;

import org.jspecify.annotations.NullMarked;
