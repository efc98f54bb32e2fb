package dev.millrace.benchmarks.takeover;

import dev.millrace.benchmarks.stage.ChildJvm;
import dev.millrace.benchmarks.stage.Stage.Backing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The workers of a measurement, of which the oldest is always the next to be killed. Of one thread. */
final class Victims implements AutoCloseable {

    private final Backing backing;
    private final Path directory;
    private final Deque<Victim> living = new ArrayDeque<>();
    private final List<Findings.Life> ended = new ArrayList<>();
    private int started;

    private record Victim(ChildJvm process, Path notes) {

        Findings.Life life(long killedAt) {
            return new Findings.Life(killedAt, RunNotes.read(notes));
        }
    }

    Victims(Backing backing, Path directory) {
        this.backing = backing;
        this.directory = directory;
    }

    /** Starts one and returns when it takes events. */
    void start() throws IOException {
        String name = "w" + started++;
        Path notes = directory.resolve(name + ".notes");
        ChildJvm process = ChildJvm.start(
                VictimCommand.NAME,
                List.of(name, backing.kafka(), backing.prefix(), backing.redis(), notes.toString()));
        living.add(new Victim(process, notes));
        process.line();
    }

    /** Kills the oldest, as {@code kill -9} does. */
    void killOldest() {
        Victim oldest = living.remove();
        long killedAt = System.currentTimeMillis();
        oldest.process().kill();
        ended.add(oldest.life(killedAt));
    }

    /** Ends all in order and answers the notes of all that ever lived. */
    List<Findings.Life> lives() {
        close();
        return List.copyOf(ended);
    }

    @Override
    public void close() {
        for (Victim victim = living.poll(); victim != null; victim = living.poll()) {
            victim.process().close();
            ended.add(victim.life(Findings.Life.NOT_KILLED));
        }
    }
}
