package dev.millrace.chaos.nemesis;

import dev.millrace.chaos.cluster.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Clocks that jump. Only for one program at a time, by libfaketime where the machine has it (Debian: {@code apt install
 * libfaketime}): the clock of the machine itself is not touched. The monotonic clock is left alone, as a real jump
 * leaves it.
 */
final class ClockFaults {

    private static final List<String> JUMPS = List.of("+1h", "-1h", "+1", "-1", "+30", "-30");
    private static final int LONGEST_MS = 8_000;

    /** Where distributions put it. */
    private static final List<Path> PLACES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib64/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/faketime/libfaketimeMT.so.1"));

    private ClockFaults() {}

    /** The library, if this machine has it. */
    static Optional<Path> library() {
        return PLACES.stream().filter(Files::exists).findFirst();
    }

    /** Restarts the program with a clock of its own, lets that jump, puts it right, and restarts it with the real one. */
    static Blow jump(Member member, Path directory, SplittableRandom random) throws IOException, InterruptedException {
        Path library = library().orElseThrow(() -> new IllegalStateException("libfaketime is not on this machine"));
        Path clock = directory.resolve("clock-" + member.name());
        Files.writeString(clock, "+0\n");
        member.stop();
        member.start(Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME_TIMESTAMP_FILE",
                clock.toString(),
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                // Else every wait of the JVM that has a time limit returns at once, and the program does nothing but
                // wait again.
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0"));
        member.awaitReady();
        String jump = JUMPS.get(random.nextInt(JUMPS.size()));
        long pid = member.pid();
        long from = System.currentTimeMillis();
        Files.writeString(clock, jump + "\n");
        Thread.sleep(random.nextInt(3_000, LONGEST_MS));
        Files.writeString(clock, "+0\n");
        long over = System.currentTimeMillis();
        member.stop();
        member.start();
        return new Blow(member.name() + " by " + jump, pid, from, over);
    }
}
