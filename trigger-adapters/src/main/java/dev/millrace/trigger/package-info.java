/**
 * Turns what happens elsewhere into events in per-trigger topics. One package a kind of trigger, the same shape each: an
 * adapter that watches, the event it writes, and the pure part that decides. All of them enter through {@link
 * dev.millrace.trigger.intake.Intake}.
 */
@NullMarked
package dev.millrace.trigger;

import org.jspecify.annotations.NullMarked;
