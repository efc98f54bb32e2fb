package dev.millrace.redis;

import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import java.io.IOException;
import java.time.Clock;

/** The commands that put one outcome where it is looked for. Not thread-safe. */
final class ResultCommands {

    /** A failed attempt is shown until the next one ends, even when results themselves are kept shortly. */
    private static final long RETRYING_KEPT_SECONDS = 24 * 3600L;

    private static final byte[] SET = {'S', 'E', 'T'};
    private static final byte[] NX = {'N', 'X'};
    private static final byte[] EX = {'E', 'X'};
    private static final byte[] DEL = {'D', 'E', 'L'};

    private final Keys keys;
    private final Clock clock;
    private final byte[] key = new byte[Keys.INVOCATION_KEY_ROOM];

    ResultCommands(Keys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** Writes an outcome; answers {@code false} when its time to be kept is over. */
    boolean write(OutcomePack.Entry entry, PipelineConnection connection) throws IOException {
        boolean terminal = entry.status().isTerminal();
        long seconds = secondsLeft(entry, clock);
        if (seconds <= 0) {
            return false;
        }
        CommandBuffer commands = connection.commands();
        if (terminal) {
            // The first terminal outcome stays, whatever follows.
            setFirst(commands, keys.result(entry.address(), key), entry.stored(), seconds);
            connection.written();
            if (mayHaveWaited(entry)) {
                commands.command(2);
                commands.argument(DEL);
                commands.argument(keys.retrying(entry.address()));
                connection.written();
            }
        } else {
            commands.command(5);
            commands.argument(SET);
            commands.argument(keys.retrying(entry.address()));
            commands.argument(entry.stored());
            commands.argument(EX);
            commands.argument(seconds);
            connection.written();
        }
        if (entry.log().length > 0) {
            setFirst(commands, keys.log(entry.address(), entry.attempt(), key), LogText.pack(entry.log()), seconds);
            connection.written();
        }
        return true;
    }

    /** Whether an earlier outcome may be shown as unfinished; costs a command, so not asked of a plain success. */
    static boolean mayHaveWaited(OutcomePack.Entry entry) {
        return entry.waited() || entry.attempt() > 1 || entry.status() != Status.SUCCEEDED;
    }

    private void setFirst(CommandBuffer commands, int keyLength, byte[] value, long seconds) {
        commands.command(6);
        commands.argument(SET);
        commands.argument(key, keyLength);
        commands.argument(value);
        commands.argument(NX);
        commands.argument(EX);
        commands.argument(seconds);
    }

    /** How long an outcome is still to be kept; not positive when its time is over. */
    static long secondsLeft(OutcomePack.Entry entry, Clock clock) {
        long kept =
                entry.status().isTerminal() ? entry.ttlSeconds() : Math.max(entry.ttlSeconds(), RETRYING_KEPT_SECONDS);
        long millis = entry.endedAt() + kept * 1000 - clock.millis();
        return Math.ceilDiv(millis, 1000L);
    }
}
