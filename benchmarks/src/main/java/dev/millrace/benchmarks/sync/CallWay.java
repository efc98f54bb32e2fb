package dev.millrace.benchmarks.sync;

/** One way to call somebody over Kafka and to wait for the answer. Thread-safe, also for virtual threads. */
interface CallWay extends AutoCloseable {

    /** What it is called in reports. */
    String title();

    /** How many callers at once it is measured with at most. */
    default int mostCallers() {
        return Integer.MAX_VALUE;
    }

    /** Calls, and returns when the answer is there. */
    void call(byte[] event) throws Exception;

    @Override
    void close();
}
