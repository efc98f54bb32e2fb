@NullMarked
package dev.millrace.dispatcher.accept;

import org.jspecify.annotations.NullMarked;
