/** Notifications of object stores, in COS and S3 format: which triggers they concern, and what a function sees. */
@NullMarked
package dev.millrace.trigger.cos;

import org.jspecify.annotations.NullMarked;
