/** A function as it lies on disk: {@code function.yaml}, and the folder that becomes its code package. */
@NullMarked
package dev.millrace.cli.source;

import org.jspecify.annotations.NullMarked;
