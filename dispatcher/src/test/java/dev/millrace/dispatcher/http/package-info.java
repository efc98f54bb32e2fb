@NullMarked
package dev.millrace.dispatcher.http;

import org.jspecify.annotations.NullMarked;
