package dev.millrace.instances;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * The few system calls of Linux that the JDK does not offer: waiting for several pipes at once, asking how much a pipe
 * holds, and hearing of a process's end through a descriptor. Descriptors are plain numbers; who opens one closes it.
 */
@SuppressWarnings("restricted") // The programs are started with native access enabled.
final class Posix {
    static final short POLLIN = 0x1;
    static final short POLLOUT = 0x4;
    static final short POLLERR = 0x8;

    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final long FIONREAD = 0x541B;
    private static final long SYS_PIDFD_OPEN = 434;
    private static final int SIGKILL = 9;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = ERRNO.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle PIPE2 = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("pipe2"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.captureCallState("errno"));
    private static final MethodHandle POLL =
            call("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle READ =
            call("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE =
            call("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle KILL = call("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle IOCTL = call(
            "ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SYSCALL = call(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(1));

    private Posix() {}

    private static MethodHandle call(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }

    /** A new pipe. Both ends are non-blocking and not inherited; opening one anew through /proc makes it blocking. */
    static Pipe pipe() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            MemorySegment errno = arena.allocate(ERRNO);
            int answer = (int) PIPE2.invokeExact(errno, ends, O_CLOEXEC | O_NONBLOCK);
            if (answer != 0) {
                throw new IOException("pipe2 failed with errno " + errno.get(JAVA_INT, ERRNO_OFFSET));
            }
            return new Pipe(ends.getAtIndex(JAVA_INT, 0), ends.getAtIndex(JAVA_INT, 1));
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Waits until one of the descriptors of a pollfd array is ready; negative when interrupted by a signal. */
    static int poll(MemorySegment descriptors, int count, int timeoutMillis) {
        try {
            return (int) POLL.invokeExact(descriptors, (long) count, timeoutMillis);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Reads what is there, at most the target's size. 0 at the end of the stream, negative when nothing is there. */
    static int read(int descriptor, MemorySegment target) {
        try {
            return (int) (long) READ.invokeExact(descriptor, target, target.byteSize());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Writes as much as fits; negative when nothing does or nobody reads any more. */
    static int write(int descriptor, MemorySegment source) {
        try {
            return (int) (long) WRITE.invokeExact(descriptor, source, source.byteSize());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** How many bytes wait in a pipe. */
    static int waiting(int descriptor, MemorySegment cell) {
        try {
            int answer = (int) IOCTL.invokeExact(descriptor, FIONREAD, cell);
            return answer < 0 ? 0 : cell.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * A descriptor that becomes readable when the process ends, or a negative number where the kernel has none (before
     * 5.3) or the process is gone; its pipes then tell of its end.
     */
    static int exitDescriptor(long pid) {
        try {
            return (int) (long) SYSCALL.invokeExact(SYS_PIDFD_OPEN, (int) pid, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Kills every process of a group. That there is no such group is not an error. */
    static void killGroup(long leader) {
        try {
            int ignored = (int) KILL.invokeExact((int) -leader, SIGKILL);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Closes a descriptor; a negative one is none. */
    static void close(int descriptor) {
        if (descriptor < 0) {
            return;
        }
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** A downcall throws nothing but errors of the JVM itself. */
    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException known ? known : new IllegalStateException(e);
    }

    /** The two ends of a pipe. */
    record Pipe(int readEnd, int writeEnd) {
        void close() {
            Posix.close(readEnd);
            Posix.close(writeEnd);
        }
    }
}
