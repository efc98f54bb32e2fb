/** Commands about single invocations: invoke, result, logs, event. */
@NullMarked
package dev.millrace.cli.invocation;

import org.jspecify.annotations.NullMarked;
