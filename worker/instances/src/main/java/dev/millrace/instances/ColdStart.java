package dev.millrace.instances;

import java.time.Duration;

/**
 * What the start of an instance cost the run that had to wait for it (SCF: Init Report).
 *
 * @param initRuntime from the request for a process to the first word of the bootstrap
 * @param initFunction from there until the function's code was loaded
 * @param memoryBytes resident memory once it was loaded; 0 when it never was
 */
public record ColdStart(Duration initRuntime, Duration initFunction, long memoryBytes) {}
