package dev.millrace.instances;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The worker's side of the talk with one instance. One thread at a time waits on all of its streams together, so a
 * function that logs without end, does not read, or dies in the middle of a frame can neither block it nor be missed.
 *
 * <p>A log line belongs to the run during which it was written. That needs no mark in the stream: a write to a pipe is
 * finished before the next one begins, so once an answer has arrived everything written before it lies in the log pipe.
 */
final class Conversation {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int POLLFD_BYTES = 8;

    private static final int COMMANDS = 0;
    private static final int ANSWERS = 1;
    private static final int LOG = 2;
    private static final int EXIT = 3;

    private final InstanceChannel channel;
    private final FrameDecoder decoder = new FrameDecoder();
    private final MemorySegment buffer;
    private final ByteBuffer bufferBytes;
    private final MemorySegment waits;
    private final MemorySegment cell;

    Conversation(InstanceChannel channel) {
        this.channel = channel;
        Arena arena = Arena.ofAuto();
        buffer = arena.allocate(BUFFER_BYTES);
        bufferBytes = buffer.asByteBuffer();
        waits = arena.allocate(POLLFD_BYTES * 4L, 8);
        cell = arena.allocate(JAVA_INT);
        await(COMMANDS, -1, Posix.POLLOUT);
        await(ANSWERS, channel.answers(), Posix.POLLIN);
        await(LOG, channel.log(), Posix.POLLIN);
        await(EXIT, channel.exit(), Posix.POLLIN);
    }

    /** What came of waiting for an answer. */
    sealed interface Heard {
        record Answer(Frame frame) implements Heard {}

        record Nothing() implements Heard {}

        record Gone() implements Heard {}

        record Nonsense(String message) implements Heard {}
    }

    /**
     * Sends a frame and waits for the answer, collecting the log meanwhile.
     *
     * @param request an encoded frame, or null to only listen
     * @param log where output goes that is written until the answer
     * @param deadline a time of {@link System#nanoTime()}
     */
    Heard exchange(byte @Nullable [] request, CappedLog log, long deadline) {
        ByteBuffer unsent = ByteBuffer.wrap(request == null ? new byte[0] : request);
        send(unsent);
        while (true) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return new Heard.Nothing();
            }
            await(COMMANDS, unsent.hasRemaining() ? channel.commands() : -1, Posix.POLLOUT);
            if (Posix.poll(waits, 4, (int) Math.min(Integer.MAX_VALUE, left / 1_000_000 + 1)) <= 0) {
                continue;
            }
            boolean logged = happened(LOG) != 0;
            if (logged) {
                readLog(log, BUFFER_BYTES);
            }
            boolean ended = happened(EXIT) != 0 || (happened(COMMANDS) & Posix.POLLERR) != 0;
            if (ended || happened(ANSWERS) != 0) {
                Heard heard = readAnswer(ended);
                if (heard != null) {
                    // The log was looked at after the answer: empty then, it holds nothing that belongs to this run.
                    if (logged || ended) {
                        drainLog(log);
                    }
                    return heard;
                }
            }
            if ((happened(COMMANDS) & Posix.POLLOUT) != 0) {
                send(unsent);
            }
        }
    }

    /** Collects what lies in the log pipe now. */
    void drainLog(CappedLog log) {
        readLog(log, Posix.waiting(channel.log(), cell));
    }

    private void send(ByteBuffer unsent) {
        while (unsent.hasRemaining()) {
            int count = Math.min(unsent.remaining(), BUFFER_BYTES);
            bufferBytes.clear().put(0, unsent, unsent.position(), count);
            int written = Posix.write(channel.commands(), buffer.asSlice(0, count));
            if (written <= 0) {
                return;
            }
            unsent.position(unsent.position() + written);
        }
    }

    private void readLog(CappedLog log, int upTo) {
        int left = upTo;
        while (left > 0) {
            int asked = Math.min(left, BUFFER_BYTES);
            int count = Posix.read(channel.log(), buffer.asSlice(0, asked));
            if (count == 0) {
                // Everybody has closed it: it would be reported as ready for ever.
                await(LOG, -1, Posix.POLLIN);
            }
            if (count <= 0) {
                return;
            }
            log.append(bufferBytes.limit(count).position(0));
            left = count < asked ? 0 : left - count;
        }
    }

    private @Nullable Heard readAnswer(boolean ended) {
        int count = Posix.read(channel.answers(), buffer);
        if (count <= 0) {
            // A process may answer and end at once, so only an empty pipe after its end means that it never answered.
            return count == 0 || ended ? new Heard.Gone() : null;
        }
        ByteBuffer bytes = bufferBytes.limit(count).position(0);
        try {
            Frame frame = decoder.decode(bytes);
            if (frame == null) {
                return null;
            }
            return bytes.hasRemaining() ? new Heard.Nonsense("more than one answer was sent") : new Heard.Answer(frame);
        } catch (BrokenFrameException e) {
            return new Heard.Nonsense(String.valueOf(e.getMessage()));
        }
    }

    private void await(int index, int descriptor, short events) {
        waits.set(JAVA_INT, (long) index * POLLFD_BYTES, descriptor);
        waits.set(JAVA_SHORT, (long) index * POLLFD_BYTES + 4, events);
        waits.set(JAVA_SHORT, (long) index * POLLFD_BYTES + 6, (short) 0);
    }

    private int happened(int index) {
        return waits.get(JAVA_SHORT, (long) index * POLLFD_BYTES + 6);
    }
}
