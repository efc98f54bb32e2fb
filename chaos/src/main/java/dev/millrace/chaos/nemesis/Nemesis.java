package dev.millrace.chaos.nemesis;

import dev.millrace.chaos.cluster.Cluster;
import dev.millrace.chaos.cluster.Member;
import dev.millrace.chaos.journal.FaultNote;
import dev.millrace.chaos.journal.Lines;
import dev.millrace.chaos.load.Clients;
import dev.millrace.chaos.load.TestFunction;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries a plan out: makes each fault, waits until everything is ready again, and writes down what was done. */
public final class Nemesis {

    private static final Logger log = LoggerFactory.getLogger(Nemesis.class);

    private final Cluster cluster;
    private final Clients clients;
    private final TestFunction function;
    private final Lines notes;
    private final Consumer<FaultNote> told;
    private final AtomicInteger number = new AtomicInteger();

    /**
     * @param clients send the events that are faults
     * @param function what it depends on is taken away, and it is deployed anew
     * @param notes what was done
     * @param told hears of every fault when it is over
     */
    public Nemesis(Cluster cluster, Clients clients, TestFunction function, Lines notes, Consumer<FaultNote> told) {
        this.cluster = cluster;
        this.clients = clients;
        this.function = function;
        this.notes = notes;
        this.told = told;
    }

    /**
     * Makes one fault after the other, until the plan or the time is over.
     *
     * @param deadline of {@link System#nanoTime}
     */
    public void carryOut(FaultPlan plan, long deadline) throws InterruptedException {
        for (FaultPlan.Step step : plan.steps()) {
            if (System.nanoTime() - deadline > 0) {
                return;
            }
            makeAll(step.faults());
            Thread.sleep(step.calmMillis());
        }
    }

    private void makeAll(List<FaultPlan.Planned> faults) throws InterruptedException {
        Map<FaultKind, FutureTask<List<Blow>>> strikes = new EnumMap<>(FaultKind.class);
        for (FaultPlan.Planned planned : faults) {
            FutureTask<List<Blow>> strike =
                    new FutureTask<>(() -> strike(planned.kind(), new SplittableRandom(planned.seed())));
            strikes.put(planned.kind(), strike);
            Thread.ofPlatform().name("fault-" + planned.kind().text()).start(strike);
        }
        Map<FaultKind, List<Blow>> blows = new EnumMap<>(FaultKind.class);
        for (Map.Entry<FaultKind, FutureTask<List<Blow>>> strike : strikes.entrySet()) {
            blows.put(strike.getKey(), blowsOf(strike.getKey(), strike.getValue()));
        }
        reviveAll();
        long ready = System.currentTimeMillis();
        blows.forEach((kind, ofKind) -> ofKind.forEach(blow -> note(kind, blow, ready)));
    }

    /**
     * A fault may fail because of another that is made at the same time: nothing can be deployed while Kafka is away. It
     * is noted as what it was, and the cluster is put right.
     */
    private List<Blow> blowsOf(FaultKind kind, FutureTask<List<Blow>> strike) throws InterruptedException {
        long now = System.currentTimeMillis();
        try {
            return strike.get();
        } catch (ExecutionException e) {
            log.warn("the fault {} could not be made as it was meant", kind.text(), e.getCause());
            cluster.heal();
            return List.of(new Blow("(not as meant: " + e.getCause() + ")", 0, now, System.currentTimeMillis()));
        }
    }

    /** A program may have died of what was done to another; the next fault is to meet a whole cluster. */
    private void reviveAll() throws InterruptedException {
        for (Member member : cluster.members().toList()) {
            if (!member.isAlive()) {
                long now = System.currentTimeMillis();
                note(FaultKind.WORKER_KILL, new Blow(member.name() + " by itself", member.pid(), now, now), now);
                member.start();
            }
        }
        cluster.awaitReady();
    }

    private void note(FaultKind kind, Blow blow, long ready) {
        FaultNote note = new FaultNote(
                number.incrementAndGet(),
                kind.text(),
                blow.target(),
                kind.touches(),
                blow.pid(),
                blow.from(),
                ready,
                ready - blow.over());
        notes.writeThrough(note);
        told.accept(note);
    }

    private List<Blow> strike(FaultKind kind, SplittableRandom random) throws IOException, InterruptedException {
        return switch (kind) {
            case WORKER_KILL -> List.of(ProgramFaults.kill(any(cluster.workers(), random), random));
            case WORKER_PAUSE -> List.of(ProgramFaults.pause(any(cluster.workers(), random), random));
            case WORKER_CRASH_POINT -> List.of(ProgramFaults.workerCrashPoint(any(cluster.workers(), random), random));
            case WORKER_RESTART -> List.of(ProgramFaults.restart(any(cluster.workers(), random)));
            case KILLING_EVENT -> EventFaults.killer(cluster, clients, "killer-" + (number.get() + 1));
            case NO_WORKERS -> ProgramFaults.killAll(cluster.workers(), random);
            case CLOCK_JUMP ->
                List.of(ClockFaults.jump(any(cluster.members().toList(), random), cluster.directory(), random));
            case OUTAGE -> List.of(FunctionFaults.outage(function, random));
            case REDEPLOY ->
                List.of(FunctionFaults.redeploy(function, cluster.doors().getLast(), random));
            case POISON_RECORD -> List.of(EventFaults.poison(cluster, random));
            case DISPATCHER_KILL -> List.of(ProgramFaults.kill(any(cluster.dispatchers(), random), random));
            case DISPATCHER_CRASH_POINT ->
                List.of(ProgramFaults.dispatcherCrashPoint(any(cluster.dispatchers(), random), random));
            case DISPATCHER_RESTART -> List.of(ProgramFaults.restart(any(cluster.dispatchers(), random)));
            case ADAPTERS_KILL -> List.of(ProgramFaults.kill(any(cluster.adapters(), random), random));
            case BROKER_KILL -> List.of(StoreFaults.killBroker(cluster, random));
            case BROKER_RESTART -> List.of(StoreFaults.restartBroker(cluster));
            case KAFKA_CUT -> List.of(StoreFaults.cut(cluster.kafkaNetwork(), "kafka", random));
            case KAFKA_STALL -> List.of(StoreFaults.stall(cluster.kafkaNetwork(), "kafka", random));
            case KAFKA_SLOW -> List.of(StoreFaults.slow(cluster.kafkaNetwork(), "kafka", random));
            case REDIS_KILL -> List.of(StoreFaults.killRedis(cluster, random));
            case REDIS_FLUSH -> List.of(StoreFaults.flushRedis(cluster));
            case REDIS_FULL ->
                List.of(StoreFaults.tellRedis(cluster, random, "CONFIG SET maxmemory 1mb", "CONFIG SET maxmemory 0"));
            case REDIS_READONLY ->
                List.of(StoreFaults.tellRedis(cluster, random, "REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"));
            case REDIS_CUT -> List.of(StoreFaults.cut(cluster.redisNetwork(), "redis", random));
            case REDIS_STALL -> List.of(StoreFaults.stall(cluster.redisNetwork(), "redis", random));
            case REDIS_SLOW -> List.of(StoreFaults.slow(cluster.redisNetwork(), "redis", random));
            case REDIS_AWAY -> List.of(StoreFaults.stopRedis(cluster));
        };
    }

    private static Member any(List<Member> members, SplittableRandom random) {
        return members.get(random.nextInt(members.size()));
    }
}
