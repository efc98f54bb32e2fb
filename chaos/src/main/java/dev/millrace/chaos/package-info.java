/**
 * {@code millrace chaos}: starts a cluster of its own out of real processes, applies load, makes faults by a seed, and has
 * a checker judge by what clients saw whether every promise was kept.
 */
@NullMarked
package dev.millrace.chaos;

import org.jspecify.annotations.NullMarked;
