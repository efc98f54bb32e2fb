/** YAML files that people write, read so that every mistake can be shown with its line. */
@NullMarked
package dev.millrace.cli.yaml;

import org.jspecify.annotations.NullMarked;
