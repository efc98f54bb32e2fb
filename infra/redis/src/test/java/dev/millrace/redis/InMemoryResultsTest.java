package dev.millrace.redis;

/** The fake keeps the promises of the real one. */
class InMemoryResultsTest extends ResultsContract {

    private InMemoryResults results = new InMemoryResults(clock);

    @Override
    void open() {
        results = new InMemoryResults(clock);
        reader = results;
        writer = results;
    }

    @Override
    void loseEverything() {
        results.flushAll();
    }
}
