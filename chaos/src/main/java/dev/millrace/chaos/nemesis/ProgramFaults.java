package dev.millrace.chaos.nemesis;

import dev.millrace.chaos.cluster.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Faults of Millrace's own programs. Every one of them leaves a process that is starting or runs. */
final class ProgramFaults {

    /** Longer than a worker's lease and its session: others have taken its work over when it wakes up. */
    private static final int SHORTEST_PAUSE_MS = 3_000;

    private static final int LONGEST_PAUSE_MS = 9_000;
    private static final Duration CRASH_PATIENCE = Duration.ofSeconds(15);

    private static final List<String> WORKER_POINTS = List.of(
            "before-run",
            "after-run-before-outcome",
            "after-outcome-before-consequence",
            "after-outcome-before-commit",
            "after-claim-before-run",
            "before-commit");

    private ProgramFaults() {}

    static Blow kill(Member member, SplittableRandom random) throws InterruptedException {
        long pid = member.pid();
        long from = System.currentTimeMillis();
        member.kill();
        Thread.sleep(random.nextInt(1_500));
        member.start();
        return new Blow(member.name(), pid, from, System.currentTimeMillis());
    }

    /** Kills all of them and leaves events waiting for a while. */
    static List<Blow> killAll(List<Member> members, SplittableRandom random) throws InterruptedException {
        List<Long> pids = members.stream().map(Member::pid).toList();
        long from = System.currentTimeMillis();
        members.forEach(Member::kill);
        Thread.sleep(random.nextInt(3_000, 10_000));
        members.forEach(Member::start);
        long over = System.currentTimeMillis();
        List<Blow> blows = new ArrayList<>();
        for (int i = 0; i < pids.size(); i++) {
            blows.add(new Blow(members.get(i).name(), pids.get(i), from, over));
        }
        return blows;
    }

    static Blow pause(Member member, SplittableRandom random) throws InterruptedException {
        long from = System.currentTimeMillis();
        member.pause();
        Thread.sleep(random.nextInt(SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS));
        member.resume();
        return new Blow(member.name(), member.pid(), from, System.currentTimeMillis());
    }

    static Blow restart(Member member) throws InterruptedException {
        long pid = member.pid();
        long from = System.currentTimeMillis();
        member.stop();
        member.start();
        return new Blow(member.name(), pid, from, System.currentTimeMillis());
    }

    static Blow workerCrashPoint(Member worker, SplittableRandom random) throws InterruptedException {
        return crashPoint(worker, WORKER_POINTS.get(random.nextInt(WORKER_POINTS.size())), random.nextInt(1, 40));
    }

    static Blow dispatcherCrashPoint(Member dispatcher, SplittableRandom random) throws InterruptedException {
        String point = random.nextBoolean() ? "before-publish" : "after-publish-before-answer";
        return crashPoint(dispatcher, point, random.nextInt(1, 20));
    }

    /** Puts a process in its place that dies at this point; one that does not come there in time is killed. */
    private static Blow crashPoint(Member member, String point, int passes) throws InterruptedException {
        member.stop();
        member.start(Map.of("MILLRACE_CRASH_POINT", point + ":" + passes));
        long pid = member.pid();
        if (!member.awaitEnd(CRASH_PATIENCE)) {
            member.kill();
        }
        long from = System.currentTimeMillis();
        member.start();
        return new Blow(member.name() + " at " + point, pid, from, System.currentTimeMillis());
    }
}
