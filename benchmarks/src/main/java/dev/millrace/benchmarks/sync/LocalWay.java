package dev.millrace.benchmarks.sync;

import java.time.Duration;

/** A way whose callers are virtual threads of this process. Thread-safe. */
interface LocalWay extends CallWay {

    /** Calls, and returns when the answer is there. */
    void call(byte[] event) throws Exception;

    @Override
    default CallLoad.Figures measure(int callers, int bytes, Duration time) throws InterruptedException {
        return new CallLoad(callers, bytes).run(this, time);
    }
}
