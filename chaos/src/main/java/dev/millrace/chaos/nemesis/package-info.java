/** What hurts the cluster: faults drawn by a seed, made one or two at a time, and healed. */
@NullMarked
package dev.millrace.chaos.nemesis;

import org.jspecify.annotations.NullMarked;
