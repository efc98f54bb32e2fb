package dev.millrace.redis;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.OutcomePack;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Collects what a batch adds to the lists of recent invocations: one push per list, at its end, which Redis does without
 * moving what is there. Not thread-safe.
 */
final class RecentPushes {

    private static final byte[] RPUSH = {'R', 'P', 'U', 'S', 'H'};
    private static final byte[] LTRIM = {'L', 'T', 'R', 'I', 'M'};
    private static final byte[] EXPIRE = {'E', 'X', 'P', 'I', 'R', 'E'};
    private static final String NEWEST = Integer.toString(-RecentEntry.KEPT);
    private static final String LAST = "-1";
    private static final long KEPT_SECONDS = 7 * 24 * 3600L;

    private final Keys keys;
    private final Map<FunctionRef, Push> all = new HashMap<>();
    private final Map<FunctionRef, Push> failed = new HashMap<>();

    RecentPushes(Keys keys) {
        this.keys = keys;
    }

    void add(FunctionRef function, OutcomePack.Entry entry) {
        push(all, function).add(entry);
        if (RecentEntry.isFailed(entry.status())) {
            push(failed, function).add(entry);
        }
    }

    /** Writes the pushes and is empty again. */
    void writeTo(PipelineConnection connection) throws IOException {
        for (Map.Entry<FunctionRef, Push> push : all.entrySet()) {
            push.getValue().writeTo(connection, keys.recent(push.getKey()));
        }
        for (Map.Entry<FunctionRef, Push> push : failed.entrySet()) {
            push.getValue().writeTo(connection, keys.recentFailed(push.getKey()));
        }
        clear();
    }

    void clear() {
        all.clear();
        failed.clear();
    }

    private static Push push(Map<FunctionRef, Push> pushes, FunctionRef function) {
        Push push = pushes.get(function);
        if (push == null) {
            push = new Push();
            pushes.put(function, push);
        }
        return push;
    }

    /** The newest elements for one list; older ones than the list can hold are overwritten. */
    private static final class Push {
        private byte[] elements = new byte[64 * RecentEntry.BYTES];
        private int added;

        void add(OutcomePack.Entry entry) {
            int at = added % RecentEntry.KEPT * RecentEntry.BYTES;
            if (at == elements.length) {
                elements = Arrays.copyOf(elements, Math.min(2 * elements.length, RecentEntry.KEPT * RecentEntry.BYTES));
            }
            RecentEntry.write(entry, ByteBuffer.wrap(elements, at, RecentEntry.BYTES));
            added++;
        }

        void writeTo(PipelineConnection connection, byte[] key) throws IOException {
            int count = Math.min(added, RecentEntry.KEPT);
            CommandBuffer commands = connection.commands();
            commands.command(2 + count);
            commands.argument(RPUSH);
            commands.argument(key);
            for (int i = added - count; i < added; i++) {
                commands.argument(elements, i % RecentEntry.KEPT * RecentEntry.BYTES, RecentEntry.BYTES);
            }
            connection.written();
            commands.command(4);
            commands.argument(LTRIM);
            commands.argument(key);
            commands.argument(NEWEST);
            commands.argument(LAST);
            connection.written();
            commands.command(3);
            commands.argument(EXPIRE);
            commands.argument(key);
            commands.argument(KEPT_SECONDS);
            connection.written();
        }
    }
}
