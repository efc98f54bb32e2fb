package dev.millrace.worker.execute;

import dev.millrace.worker.fate.AttemptEnd;

/** Stands where a runner would: the function is gone, or cannot be run by this release. */
record NobodyRuns(AttemptEnd.NotRun why) implements FunctionRunner {

    @Override
    public Place place() {
        return Place.HERE;
    }

    @Override
    public Run run(OngoingAttempt attempt) {
        return Run.none(why);
    }

    @Override
    public void close() {}
}
