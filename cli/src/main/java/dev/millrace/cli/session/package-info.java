/** What every command of a client has in common: its options, its access to the server, its way of showing things. */
@NullMarked
package dev.millrace.cli.session;

import org.jspecify.annotations.NullMarked;
