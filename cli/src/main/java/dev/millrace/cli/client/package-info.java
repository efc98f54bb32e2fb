/** The HTTP interface as a client sees it: where it is, how to ask, what a refusal means. */
@NullMarked
package dev.millrace.cli.client;

import org.jspecify.annotations.NullMarked;
