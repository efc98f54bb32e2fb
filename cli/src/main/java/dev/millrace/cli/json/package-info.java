/** JSON as trees. */
@NullMarked
package dev.millrace.cli.json;

import org.jspecify.annotations.NullMarked;
