package dev.millrace.worker.execute;

import dev.millrace.contract.Limits;
import dev.millrace.instances.CappedLog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a handler writes during one attempt: beginning and end of it, up to the limit. Thread-safe. */
final class RunLog {

    static final byte[] NOTHING = new byte[0];

    private final CappedLog lines = new CappedLog(Limits.LOG_BYTES);
    private boolean taken;

    synchronized void append(String line) {
        if (!taken) {
            lines.append(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
        }
    }

    synchronized byte[] take() {
        taken = true;
        return lines.toBytes();
    }
}
