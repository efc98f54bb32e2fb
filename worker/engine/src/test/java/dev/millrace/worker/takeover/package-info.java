@NullMarked
package dev.millrace.worker.takeover;

import org.jspecify.annotations.NullMarked;
