package dev.millrace.benchmarks.stage;

import dev.millrace.benchmarks.stage.RunNotes.Life;
import dev.millrace.benchmarks.stage.Stage.Backing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** The workers of a measurement, of which the oldest is always the next to be killed. Of one thread. */
public final class NotingWorkers implements AutoCloseable {

    private final Backing backing;
    private final Path directory;
    private final Deque<Member> living = new ArrayDeque<>();
    private final List<Life> ended = new ArrayList<>();
    private int started;

    private record Member(ChildJvm process, Path notes) {

        Life life(long killedAt) {
            return new Life(killedAt, RunNotes.read(notes));
        }
    }

    /** None yet. */
    public NotingWorkers(Backing backing, Path directory) {
        this.backing = backing;
        this.directory = directory;
    }

    /** Starts one and returns when it takes events. */
    public void start() throws IOException {
        String name = "w" + started++;
        Path notes = directory.resolve(name + ".notes");
        ChildJvm process = ChildJvm.start(
                NotingWorkerCommand.NAME,
                List.of(name, backing.kafka(), backing.prefix(), backing.redis(), notes.toString()));
        living.add(new Member(process, notes));
        process.line();
    }

    /** Kills the oldest, as {@code kill -9} does. */
    public void killOldest() {
        Member oldest = living.remove();
        long killedAt = System.currentTimeMillis();
        oldest.process().kill();
        ended.add(oldest.life(killedAt));
    }

    /** What all that ever lived have noted until now, in the order in which they were started. */
    public List<Life> soFar() {
        return Stream.concat(ended.stream(), living.stream().map(member -> member.life(Life.NOT_KILLED)))
                .toList();
    }

    /** Ends all in order and answers the notes of all that ever lived. */
    public List<Life> lives() {
        close();
        return List.copyOf(ended);
    }

    @Override
    public void close() {
        for (Member member = living.poll(); member != null; member = living.poll()) {
            member.process().close();
            ended.add(member.life(Life.NOT_KILLED));
        }
    }
}
