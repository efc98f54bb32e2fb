@NullMarked
package dev.millrace.dispatcher.audit;

import org.jspecify.annotations.NullMarked;
