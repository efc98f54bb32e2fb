/**
 * The native HTTP interface, {@code /v1}: one endpoint class for each thing that is looked at or changed, all listed in
 * {@link dev.millrace.dispatcher.http.ApiRoutes}, described by {@code openapi.yaml}. Handlers run on virtual threads and
 * read straight down; what they refuse is a problem document.
 */
@NullMarked
package dev.millrace.dispatcher.http;

import org.jspecify.annotations.NullMarked;
