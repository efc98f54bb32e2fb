@NullMarked
package dev.millrace.dispatcher;

import org.jspecify.annotations.NullMarked;
