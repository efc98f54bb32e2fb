/** The one door through which every kind's events enter, and the shape every kind has. */
@NullMarked
package dev.millrace.trigger.intake;

import org.jspecify.annotations.NullMarked;
