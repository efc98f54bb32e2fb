@NullMarked
package dev.millrace.worker.delay;

import org.jspecify.annotations.NullMarked;
