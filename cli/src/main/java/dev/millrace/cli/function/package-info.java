/** Commands about functions: deploy, list, show, remove. */
@NullMarked
package dev.millrace.cli.function;

import org.jspecify.annotations.NullMarked;
