@NullMarked
package dev.millrace.instances;

import org.jspecify.annotations.NullMarked;
