/**
 * What the author of a Java function imports, and nothing else: a handler, the context of the invocation it is called
 * for, and the one exception that says "trying again is pointless". The package depends on nothing but the JDK (17 or
 * later), so a function compiled today keeps running when the platform underneath it changes.
 */
package dev.millrace.function;
