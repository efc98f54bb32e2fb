/** What clients do: they send events to one test function and write down every answer before they act on it. */
@NullMarked
package dev.millrace.chaos.load;

import org.jspecify.annotations.NullMarked;
