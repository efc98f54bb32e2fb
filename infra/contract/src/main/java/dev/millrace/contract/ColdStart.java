package dev.millrace.contract;

/**
 * What a cold start took, in microseconds. SCF: the Coldstart, PullCode, InitRuntime and InitFunction of the Init Report
 * line.
 */
public record ColdStart(long totalMicros, long pullCodeMicros, long initRuntimeMicros, long initFunctionMicros) {

    public ColdStart {
        if (totalMicros < 0 || pullCodeMicros < 0 || initRuntimeMicros < 0 || initFunctionMicros < 0) {
            throw new IllegalArgumentException("a cold start takes no negative time");
        }
    }
}
