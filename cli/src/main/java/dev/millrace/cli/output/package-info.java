/** How things are shown: as a table to a person, as JSON to a program. */
@NullMarked
package dev.millrace.cli.output;

import org.jspecify.annotations.NullMarked;
