/** A Java program that is a worker of the fleet: it brings a handler, and runs it on virtual threads. */
@NullMarked
package dev.millrace.examples.embedded;

import org.jspecify.annotations.NullMarked;
