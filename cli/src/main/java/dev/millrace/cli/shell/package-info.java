/** What the surroundings of a command are: streams, environment, clock; and how a command ends. */
@NullMarked
package dev.millrace.cli.shell;

import org.jspecify.annotations.NullMarked;
