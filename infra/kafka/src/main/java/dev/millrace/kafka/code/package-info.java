/** Code packages: in chunks in a compacted topic, found by address, verified by length and hash, unpacked safely. */
@NullMarked
package dev.millrace.kafka.code;

import org.jspecify.annotations.NullMarked;
