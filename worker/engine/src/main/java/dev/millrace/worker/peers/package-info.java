/**
 * The other workers of the fleet: who of them is dead, so that their lanes are taken over within seconds.
 */
@NullMarked
package dev.millrace.worker.peers;

import org.jspecify.annotations.NullMarked;
