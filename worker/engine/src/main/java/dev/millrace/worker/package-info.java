/**
 * A worker: pulls events from trigger topics, executes them, reports their outcomes. This package puts the parts
 * together and starts and stops them; the parts are {@code consume}, {@code execute}, {@code fate} and {@code report}.
 */
@NullMarked
package dev.millrace.worker;

import org.jspecify.annotations.NullMarked;
