package dev.millrace.benchmarks.takeover;

import dev.millrace.benchmarks.stage.RunNotes.Life;
import dev.millrace.benchmarks.stage.RunNotes.Note;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the notes of all processes say together.
 *
 * @param again milliseconds from a kill until what was broken off by it had begun again, ascending
 * @param never how many were broken off and have not begun again
 * @param ranTwice how many events a handler brought to its end more than once
 * @param begun how many events have begun
 */
record Findings(List<Long> again, int never, int ranTwice, int begun) {

    static Findings of(List<Life> lives) {
        Map<Integer, Integer> ends = new HashMap<>();
        Set<Integer> begun = new HashSet<>();
        for (Life life : lives) {
            for (Note note : life.notes()) {
                if (note.begins()) {
                    begun.add(note.event());
                } else {
                    ends.merge(note.event(), 1, Integer::sum);
                }
            }
        }
        List<Long> again = new ArrayList<>();
        int never = 0;
        for (Life life : lives) {
            for (Integer event : brokenOff(life)) {
                long next = nextBegin(lives, life, event);
                if (next == Life.NOT_KILLED) {
                    never++;
                } else {
                    again.add(next - life.killedAt());
                }
            }
        }
        again.sort(null);
        int twice = (int) ends.values().stream().filter(count -> count > 1).count();
        return new Findings(List.copyOf(again), never, twice, begun.size());
    }

    private static Set<Integer> brokenOff(Life life) {
        Set<Integer> open = new HashSet<>();
        if (life.killedAt() != Life.NOT_KILLED) {
            for (Note note : life.notes()) {
                if (note.begins()) {
                    open.add(note.event());
                } else {
                    open.remove(note.event());
                }
            }
        }
        return open;
    }

    /** When it first began elsewhere after the kill. */
    private static long nextBegin(List<Life> lives, Life killed, int event) {
        return lives.stream()
                .filter(life -> !life.equals(killed))
                .flatMap(life -> life.notes().stream())
                .filter(note -> note.begins() && note.event() == event && note.at() >= killed.killedAt())
                .mapToLong(Note::at)
                .min()
                .orElse(Life.NOT_KILLED);
    }

    /** The value that so many of a hundred do not exceed; 0 when there is none. */
    long percentile(double percent) {
        if (again.isEmpty()) {
            return 0;
        }
        int rank = (int) Math.ceil(percent / 100 * again.size());
        return again.get(Math.clamp(rank, 1, again.size()) - 1);
    }
}
