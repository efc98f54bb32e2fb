/**
 * What the tests of every module share: real backends, a clock that is moved by hand.
 * On test class paths only.
 */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
