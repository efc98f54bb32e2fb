package dev.millrace.worker.takeover;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes through every state that can be reached, breadth first, each once, until something is wrong. Keeps two numbers for
 * each state and where it came from, so that the shortest way to what is wrong can be told.
 */
final class Exploration {

    private static final int FIRST = -1;
    private static final List<Kind> KINDS = List.of(Kind.values());

    private final Set<Kind> faults;
    private final World from;
    private final World to;

    private long[] workers = new long[1 << 16];
    private long[] rest = new long[1 << 16];
    private int[] parents = new int[1 << 16];
    private short[] steps = new short[1 << 16];
    private int[] slots = new int[1 << 18];
    private int size;
    private @Nullable String wrong;

    private Exploration(Set<Bug> bugs, int most, Set<Kind> faults) {
        this.faults = faults;
        this.from = new World(bugs, most);
        this.to = new World(bugs, most);
    }

    /**
     * Explores.
     *
     * @param most faults in one way at most
     * @param faults of these kinds
     */
    static Exploration of(Set<Bug> bugs, int most, Set<Kind> faults) {
        Exploration exploration = new Exploration(bugs, most, faults);
        exploration.from.begin();
        exploration.add(Code.of(exploration.from), FIRST, 0);
        for (int state = 0; state < exploration.size && exploration.wrong == null; state++) {
            exploration.explore(state);
        }
        return exploration;
    }

    /** How many states there are. */
    int states() {
        return size;
    }

    /** What is wrong, and how it comes to that; {@code null} when nothing is. */
    @Nullable
    String wrong() {
        return wrong;
    }

    private void explore(int state) {
        Code code = new Code(workers[state], rest[state]);
        code.into(from);
        boolean goesOn = false;
        for (Kind kind : KINDS) {
            if (kind.isFault() && !faults.contains(kind)) {
                continue;
            }
            for (int w = 0; w < World.WORKERS; w++) {
                for (int r = 0; r < (kind.isOfARecord() ? World.RECORDS : 1); r++) {
                    if (from.isPossible(kind, w, r)) {
                        boolean changed = take(state, code, kind, w, r);
                        goesOn |= changed && !kind.isFault();
                    }
                }
            }
        }
        if (!goesOn) {
            from.requireAllEnded();
            note(parents[state], steps[state], from.violation());
        }
    }

    /** Takes a step; answers whether it changes anything. */
    private boolean take(int state, Code code, Kind kind, int w, int r) {
        code.into(to);
        to.take(kind, w, r);
        Code next = Code.of(to);
        if (next.equals(code)) {
            return false;
        }
        int step = KINDS.indexOf(kind) << 4 | w << 2 | r;
        add(next, state, step);
        note(state, step, to.violation());
        return true;
    }

    private void note(int state, int step, @Nullable String violation) {
        if (violation != null && wrong == null) {
            wrong = violation + way(state, step);
        }
    }

    /** Workers and copies are named as in the state before each step: from one to the next they may change names. */
    private String way(int state, int last) {
        List<String> way = new ArrayList<>();
        int step = last;
        for (int at = state; at != FIRST; at = parents[at]) {
            new Code(workers[at], rest[at]).into(to);
            way.add("\n  " + to + "\n  " + told(step));
            step = steps[at];
        }
        Collections.reverse(way);
        return String.join("", way);
    }

    private static String told(int step) {
        Kind kind = KINDS.get(step >> 4);
        String what = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String who = kind.isOfRedis() ? "" : "worker " + (step >> 2 & 3) + " ";
        return who + what + (kind.isOfARecord() ? ", record " + (step & 3) : "");
    }

    /** Keeps a state that was never seen. */
    private void add(Code code, int parent, int step) {
        int slot = slot(code);
        if (slots[slot] != 0) {
            return;
        }
        if (size == workers.length) {
            grow();
            slot = slot(code);
        }
        workers[size] = code.workers();
        rest[size] = code.rest();
        parents[size] = parent;
        steps[size] = (short) step;
        slots[slot] = ++size;
    }

    private int slot(Code code) {
        long mixed = (code.workers() * 0x9E3779B97F4A7C15L ^ code.rest()) * 0xD6E8FEB86659FD93L;
        int slot = (int) (mixed >>> 32) & (slots.length - 1);
        while (slots[slot] != 0
                && (workers[slots[slot] - 1] != code.workers() || rest[slots[slot] - 1] != code.rest())) {
            slot = slot + 1 & (slots.length - 1);
        }
        return slot;
    }

    private void grow() {
        workers = Arrays.copyOf(workers, 2 * size);
        rest = Arrays.copyOf(rest, 2 * size);
        parents = Arrays.copyOf(parents, 2 * size);
        steps = Arrays.copyOf(steps, 2 * size);
        slots = new int[2 * slots.length];
        for (int state = 0; state < size; state++) {
            slots[slot(new Code(workers[state], rest[state]))] = state + 1;
        }
    }
}
