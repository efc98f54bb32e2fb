/** What networks do to connections on a bad day, on purpose: for tests and for {@code millrace chaos}. */
@NullMarked
package dev.millrace.embedded.fault;

import org.jspecify.annotations.NullMarked;
