package dev.millrace.benchmarks.sync;

import java.io.IOException;
import java.time.Duration;

/** One way to call somebody and to wait for the answer. */
interface CallWay extends AutoCloseable {

    /** What it is called in reports. */
    String title();

    /** How many callers at once it is measured with at most. */
    default int mostCallers() {
        return Integer.MAX_VALUE;
    }

    /** Has so many callers call for so long. */
    CallLoad.Figures measure(int callers, int bytes, Duration time) throws InterruptedException, IOException;

    @Override
    void close();
}
