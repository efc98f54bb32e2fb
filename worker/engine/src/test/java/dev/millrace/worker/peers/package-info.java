@org.jspecify.annotations.NullMarked
package dev.millrace.worker.peers;
