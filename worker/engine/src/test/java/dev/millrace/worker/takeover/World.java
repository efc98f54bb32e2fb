package dev.millrace.worker.takeover;

import dev.millrace.worker.consume.ClaimBook.Claim;
import dev.millrace.worker.consume.Progress;
import dev.millrace.worker.execute.StartGate.Answer;
import dev.millrace.worker.fate.AttemptEnd;
import dev.millrace.worker.peers.Living;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One event, the copy of its second attempt (stored twice if a crash made somebody repeat it), the lane they lie in, two
 * workers, the outcome log, the commit, the fences: a state, and every step that can be taken from it. Nothing in it knows
 * time. Mutable, and read from and written as two numbers ({@link Code}).
 *
 * <p>What is decided about a record is decided by the product: {@link Progress}, {@link FenceWord} and {@link Living}. Steps that only
 * change a worker's memory are taken together with the one before: a crash between the two leaves the same behind.
 */
final class World {

    /** Original, copy, second copy. */
    static final int RECORDS = 3;

    static final int WORKERS = 2;

    /** Instead of a worker's number: none; something has ended; a worker that is dead. */
    static final int NOBODY = 2;

    static final int ENDED = 3;
    static final int DEAD = 4;

    /** What a worker has done about a record it was handed; by number, to be packed. */
    static final int NONE = 0;

    static final int BEGUN = 1;
    static final int GIVEN_UP = 2;
    static final int LOGGED = 3;
    static final int FOLLOWED = 4;
    static final int CLOSED = 5;

    static final int RUNS = 0;
    static final int STOPPED = 1;
    /** Awake again and not yet told that its lane is gone. */
    static final int WOKEN = 2;

    /** Outcomes there may be in a part of the log: of attempt 1, with another to follow; terminal of attempt 1, of attempt 2. */
    private static final int AGAIN = 1;

    private static final int TERMINAL_1 = 2;
    private static final int TERMINAL_2 = 4;
    private static final int TERMINAL = TERMINAL_1 | TERMINAL_2;

    private static final int MOST_CRASHES = AttemptEnd.WorkerCrashed.MOST;
    private static final int MANY = 2;

    private static final String WHO_LOOKS = "self";

    private final Set<Bug> bugs;
    private final boolean isStrict;

    int faultsLeft;
    boolean faulty;
    boolean redisForgot;
    boolean leasesLapsed;
    boolean handedOver;
    int records;
    final boolean[] committed = new boolean[RECORDS];
    boolean inOrder;
    int owner;
    /** What is in the log at all, behind the commit's position, behind where the owner began to read, and read by it. */
    int logged;

    int loggedSincePosition;
    int loggedSinceRead;
    int read;
    /** Of each attempt: who has begun it, and after how many deaths. */
    final int[] fence = new int[2];

    final int[] fenceCrashes = new int[2];
    final int[] claims = new int[RECORDS];
    final int[] runs = new int[2];
    final int[] deaths = new int[2];
    /** Whether somebody who had begun it was killed or stopped before it was brought to its end. */
    final boolean[] touched = new boolean[2];

    final int[] life = new int[WORKERS];
    final Seen[][] seen = new Seen[WORKERS][RECORDS];

    /** Makes every question of who is a member a new one. */
    private long looks;

    private final Living living =
            new Living(WHO_LOOKS, this::leases, () -> !leasesLapsed, this::members, () -> looks += 1_000_000_000L);
    private @Nullable String violation;

    /** @param faults so many there may be; with one at most nothing that has ended is ever run, and nothing
     *     twice because Redis forgot */
    World(Set<Bug> bugs, int faults) {
        this.bugs = bugs;
        this.isStrict = faults <= 1;
        this.faultsLeft = faults;
        for (Seen[] ofWorker : seen) {
            Arrays.setAll(ofWorker, record -> new Seen());
        }
    }

    /** One event was accepted, nobody has the lane. */
    void begin() {
        records = 1;
        inOrder = true; // No commit at all: nobody ever ran anything here.
        owner = NOBODY;
        Arrays.fill(fence, NOBODY);
        Arrays.fill(claims, NOBODY);
    }

    /** What must never be, and is. */
    @Nullable
    String violation() {
        return violation;
    }

    /** Another state is read: nothing is wrong with it yet. */
    void clear() {
        violation = null;
    }

    // ---- steps

    boolean isPossible(Kind kind, int w, int r) {
        if (kind.isOfARecord() && r >= records) {
            return false;
        }
        Seen it = seen[w][r];
        boolean owns = owner == w && life[w] == RUNS;
        return switch (kind) {
            case GETS_THE_LANE -> owner == NOBODY && life[w] == RUNS;
            case BEGINS -> it.progress == Progress.WAITING && life[w] != STOPPED && mayAct(w, Bug.ZOMBIE_BEGINS);
            case STORES_THE_OUTCOME ->
                (it.stage == BEGUN || it.stage == GIVEN_UP) && life[w] != STOPPED && mayAct(w, Bug.ZOMBIE_TELLS);
            case STORES_THE_CONSEQUENCES -> it.stage == LOGGED && life[w] != STOPPED;
            case CLOSES -> it.stage == FOLLOWED && life[w] != STOPPED;
            case LEARNS_MORE -> owns && it.progress == Progress.PARKED && claimOf(r) != Claim.State.RUNNING;
            case COMMITS -> owns;
            case HANDS_OVER -> owns && !handedOver && life[1 - w] == RUNS;
            case WAKES_UP -> life[w] == STOPPED;
            case HEARS_THAT_ITS_LANE_IS_GONE -> life[w] == WOKEN;
            case IS_KILLED -> faultsLeft > 0 && life[w] == RUNS;
            case IS_STOPPED -> faultsLeft > 0 && owns;
            case REDIS_FORGETS -> faultsLeft > 0 && w == 0 && !redisForgot;
            case LEASES_LAPSE -> faultsLeft > 0 && w == 0 && !leasesLapsed;
        };
    }

    private boolean mayAct(int w, Bug although) {
        return life[w] == RUNS || bugs.contains(although);
    }

    void take(Kind kind, int w, int r) {
        if (kind.isFault()) {
            faultsLeft--;
            faulty = true;
        }
        switch (kind) {
            case GETS_THE_LANE -> assign(w);
            case BEGINS -> ask(w, r);
            case STORES_THE_OUTCOME -> store(w, r);
            case STORES_THE_CONSEQUENCES -> follow(w, r);
            case CLOSES -> close(w, r);
            case LEARNS_MORE -> {
                read = loggedSinceRead;
                meet(w, r, true);
            }
            case COMMITS -> commit(w);
            case HANDS_OVER -> handOver(w);
            case WAKES_UP -> life[w] = WOKEN;
            case HEARS_THAT_ITS_LANE_IS_GONE -> abandon(w);
            case IS_KILLED -> kill(w);
            case IS_STOPPED -> {
                touch(w);
                life[w] = STOPPED;
                owner = NOBODY;
            }
            case REDIS_FORGETS -> forget();
            case LEASES_LAPSE -> leasesLapsed = true;
        }
    }

    // ---- what a worker does

    private void assign(int w) {
        owner = w;
        loggedSinceRead = loggedSincePosition;
        read = inOrder ? 0 : loggedSincePosition;
        for (int r = 0; r < records; r++) {
            if (!seen[w][r].isUnderWay()) { // Else it runs here since an earlier assignment.
                meet(w, r, !inOrder);
            }
        }
        inOrder = false;
    }

    private void meet(int w, int r, boolean uncertain) {
        Seen it = seen[w][r];
        boolean found = !bugs.contains(Bug.TAKEOVER_WITHOUT_A_LOOK_AT_THE_LOG) && has(read, r);
        Progress.Known known = new Progress.Known(committed[r], found, claimOf(r));
        boolean anew = it.progress == null || it.progress == Progress.DONE || it.progress == Progress.RUNNING;
        Progress now = anew || it.progress == null ? Progress.met(known) : it.progress.learned(known);
        it.reset();
        it.progress = now;
        boolean suspect = uncertain || claimOf(r) == Claim.State.ORPHANED;
        it.crashes = now == Progress.WAITING && suspect ? 1 : 0;
        it.gated = it.crashes > 0 || r > 0;
        if (now == Progress.ENDED) {
            it.progress = now.taken();
            it.inherited = true;
            it.stage = bugs.contains(Bug.CONSEQUENCE_NOT_REPEATED) ? FOLLOWED : LOGGED;
        }
    }

    private Claim.@Nullable State claimOf(int r) {
        return switch (claims[r]) {
            case NOBODY -> null;
            case ENDED -> Claim.State.DONE;
            default -> isTakenToLive(claims[r]) ? Claim.State.RUNNING : Claim.State.ORPHANED;
        };
    }

    private void ask(int w, int r) {
        Seen it = seen[w][r];
        int crashes = it.crashes;
        int attempt = attempt(r);
        if (it.gated && !bugs.contains(Bug.NO_FENCE)) {
            boolean here = runsHere(w, r) && !bugs.contains(Bug.OWN_RUNS_FORGOTTEN_WITH_REDIS);
            switch (FenceWord.answer(word(attempt), crashes, name(w), here, who -> isTakenToLive(number(who)))) {
                case Answer.Wait wait -> {
                    return;
                }
                case Answer.Skip skip -> {
                    it.progress = Progress.DONE;
                    it.stage = CLOSED;
                    return;
                }
                case Answer.Begin begin -> {
                    crashes = bugs.contains(Bug.CRASHES_FORGOTTEN) ? 0 : Math.min(begin.crashes(), MOST_CRASHES);
                    fence[attempt] = w;
                    fenceCrashes[attempt] = crashes;
                }
            }
        }
        if (life[w] == WOKEN) {
            violation = "a process that stood still began something";
        }
        it.progress = Progress.RUNNING;
        it.crashes = crashes;
        it.stage = crashes >= MOST_CRASHES ? GIVEN_UP : BEGUN;
        if (it.stage == BEGUN) {
            run(attempt);
        }
    }

    private void run(int attempt) {
        runs[attempt] = Math.min(MANY, runs[attempt] + 1);
        boolean explained = touched[attempt] || (redisForgot && !isStrict);
        if (!explained && runs[attempt] > 1) {
            violation = "attempt " + (attempt + 1) + " runs twice, and no fault has touched it";
        }
        if (isStrict && (logged & (attempt == 0 ? AGAIN | TERMINAL : TERMINAL)) != 0) {
            violation = "attempt " + (attempt + 1) + " runs although the log has its outcome";
        }
        if (deaths[attempt] > MOST_CRASHES) {
            violation = "attempt " + (attempt + 1) + " is run after it killed " + deaths[attempt] + " workers";
        }
    }

    private boolean runsHere(int w, int r) {
        for (int other = 0; other < records; other++) {
            if (other != r && attempt(other) == attempt(r) && seen[w][other].gated && seen[w][other].isUnderWay()) {
                return true;
            }
        }
        return false;
    }

    private void store(int w, int r) {
        Seen it = seen[w][r];
        if (life[w] == WOKEN) {
            violation = "a process that stood still told an outcome";
        }
        int outcome = attempt(r) == 1 ? TERMINAL_2 : it.stage == GIVEN_UP ? TERMINAL_1 : AGAIN;
        if (!faulty && (outcome & TERMINAL) != 0 && (logged & TERMINAL) != 0) {
            violation = "two terminal outcomes without a fault";
        }
        logged |= outcome;
        loggedSincePosition |= outcome;
        loggedSinceRead |= outcome;
        it.stage = outcome == AGAIN ? LOGGED : FOLLOWED; // Of a last outcome nothing follows that this world knows.
        if (bugs.contains(Bug.ENDED_BEFORE_CONSEQUENCE)) {
            fence[attempt(r)] = ENDED;
            committed[r] |= r == 0;
        }
        if (it.stage == FOLLOWED && !it.gated) {
            close(w, r);
        }
    }

    private void follow(int w, int r) {
        boolean goesOn = r == 0 && (logged & AGAIN) != 0 && (logged & TERMINAL_1) == 0;
        if (goesOn && records < RECORDS) {
            int copy = records++;
            if (owner != NOBODY && life[owner] == RUNS) {
                // The owner receives it at once; it knows what it found in the log and what it was told.
                meet(owner, copy, false);
            }
        }
        seen[w][r].stage = FOLLOWED;
        if (!seen[w][r].gated) {
            close(w, r);
        }
    }

    private void close(int w, int r) {
        Seen it = seen[w][r];
        if (it.gated) {
            fence[attempt(r)] = ENDED;
            fenceCrashes[attempt(r)] = 0;
        }
        it.stage = CLOSED;
        it.inherited = false;
        if (owner == w) {
            it.progress = it.progress == null ? null : it.progress.stored();
        } else if (claims[r] == w) {
            claims[r] = ENDED;
        }
    }

    private void commit(int w) {
        for (int r = 0; r < records; r++) {
            Seen it = seen[w][r];
            committed[r] |= it.progress == Progress.DONE
                    || (bugs.contains(Bug.COMMIT_BEFORE_OUTCOME) && it.stage == BEGUN)
                    || (bugs.contains(Bug.COMMIT_BEFORE_CONSEQUENCE) && it.stage == LOGGED);
        }
        if (bugs.contains(Bug.POSITION_AHEAD_OF_THE_COMMIT) || !isAnythingOpenInTheLog(w)) {
            loggedSincePosition = 0;
        }
    }

    /** Whether the log has an outcome of a record that is not done as far as this owner knows. */
    private boolean isAnythingOpenInTheLog(int w) {
        for (int r = 0; r < records; r++) {
            if ((has(loggedSincePosition, r) && !committed[r]) || seen[w][r].progress == Progress.PARKED) {
                return true;
            }
        }
        return false;
    }

    private void handOver(int w) {
        handedOver = true;
        boolean known = true;
        for (int r = 0; r < records; r++) {
            if (seen[w][r].isUnderWay() && !bugs.contains(Bug.HAND_OVER_WITHOUT_CLAIM)) {
                claims[r] = w;
            }
            known &= seen[w][r].progress != Progress.PARKED && !seen[w][r].inherited;
        }
        commit(w);
        inOrder = known;
        owner = NOBODY;
        for (int r = 0; r < records; r++) {
            if (!seen[w][r].isUnderWay()) {
                seen[w][r].reset();
            }
        }
        assign(1 - w);
    }

    /** Its lane is gone: what it ran is killed, and whoever owns the lane may begin it. */
    private void abandon(int w) {
        replace(fence, w, NOBODY);
        replace(claims, w, NOBODY);
        restart(w);
    }

    // ---- faults

    private void touch(int w) {
        for (int r = 0; r < records; r++) {
            touched[attempt(r)] |= seen[w][r].isUnderWay() && !seen[w][r].inherited;
        }
    }

    private void kill(int w) {
        touch(w);
        for (int r = 0; r < records; r++) {
            if (seen[w][r].stage == BEGUN) {
                deaths[attempt(r)] = Math.min(MOST_CRASHES + 1, deaths[attempt(r)] + 1);
            }
        }
        replace(fence, w, DEAD);
        replace(claims, w, DEAD);
        restart(w);
    }

    /** Everything it had in memory is gone. */
    private void restart(int w) {
        life[w] = RUNS;
        for (Seen it : seen[w]) {
            it.reset();
        }
        if (owner == w) {
            owner = NOBODY;
        }
    }

    private void forget() {
        redisForgot = true;
        Arrays.fill(fence, NOBODY);
        // Who lives claims again what it runs; what is done is not claimed any more.
        for (int r = 0; r < RECORDS; r++) {
            claims[r] = isAlive(claims[r]) ? claims[r] : NOBODY;
        }
    }

    // ---- what is true

    /** Nothing can happen any more but faults. */
    void requireAllEnded() {
        if ((logged & TERMINAL) == 0) {
            violation = "the event has no terminal outcome and nothing goes on";
        }
        for (int r = 0; r < records; r++) {
            if (!committed[r]) {
                violation = "record " + r + " stays open for ever";
            }
        }
    }

    private boolean isAlive(int worker) {
        return worker < WORKERS && life[worker] != STOPPED;
    }

    /** As the product sees it: leases as Redis has them, members as the groups have them. */
    private boolean isTakenToLive(int worker) {
        String name = name(worker);
        return bugs.contains(Bug.LAPSED_LEASES_BELIEVED)
                ? leases().contains(name)
                : living.look().test(name);
    }

    private Set<String> leases() {
        return leasesLapsed ? Set.of() : members();
    }

    private Set<String> members() {
        Set<String> members = new HashSet<>();
        members.add(WHO_LOOKS);
        for (int w = 0; w < WORKERS; w++) {
            if (isAlive(w)) {
                members.add(name(w));
            }
        }
        return members;
    }

    /** Whether this part of the log has the outcome of this record's attempt. */
    private static boolean has(int part, int r) {
        return (part & (r == 0 ? AGAIN | TERMINAL : TERMINAL)) != 0;
    }

    private static int attempt(int r) {
        return r == 0 ? 0 : 1;
    }

    private Optional<FenceWord> word(int attempt) {
        return switch (fence[attempt]) {
            case NOBODY -> Optional.empty();
            case ENDED -> Optional.of(FenceWord.ENDED);
            default -> Optional.of(FenceWord.begunBy(name(fence[attempt]), fenceCrashes[attempt]));
        };
    }

    private static String name(int worker) {
        return String.valueOf((char) ('0' + worker));
    }

    private static int number(String name) {
        return name.charAt(0) - '0';
    }

    private static void replace(int[] where, int one, int other) {
        for (int i = 0; i < where.length; i++) {
            where[i] = where[i] == one ? other : where[i];
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int w = 0; w < WORKERS; w++) {
            text.append("worker ")
                    .append(w)
                    .append(owner == w ? ", owner," : "")
                    .append(life[w] == RUNS ? "" : " stopped");
            for (int r = 0; r < records; r++) {
                text.append(' ').append(seen[w][r]);
            }
            text.append("; ");
        }
        return text + "committed " + Arrays.toString(committed) + ", log " + logged + ", not covered "
                + loggedSincePosition + ", fences " + Arrays.toString(fence) + ", claims " + Arrays.toString(claims);
    }
}
