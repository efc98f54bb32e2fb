@NullMarked
package dev.millrace.worker.peers;

import org.jspecify.annotations.NullMarked;
