package dev.millrace.dispatcher.sync;

import dev.millrace.contract.FunctionDefinition;
import dev.millrace.redis.CallWorker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.LongToIntFunction;
import java.util.function.Predicate;

/**
 * Which worker is to run a call: of two drawn at random, the one with less to do. Workers that have a permit and a slot are
 * preferred to those that say they have none; if none has, one is asked all the same, because what they say is a moment old.
 * One that ran the function lately saves the start of an instance, and is worth so much: it is taken as long as it has no
 * more than two free slots less than the one that would be taken otherwise. Pure.
 */
final class WorkerChoice {

    /** So many more slots another worker must have free than one that ran the function lately. */
    private static final int WARMTH = 2;

    private final LongToIntFunction outstanding;
    private final IntUnaryOperator random;

    /**
     * @param outstanding how many calls this dispatcher waits for from the holder of this lease
     * @param random a number from 0 on, below its argument
     */
    WorkerChoice(LongToIntFunction outstanding, IntUnaryOperator random) {
        this.outstanding = outstanding;
        this.random = random;
    }

    /** The worker for this function; nothing when none that lives can run it. */
    Optional<Chosen> of(FunctionDefinition function, Map<Integer, CallWorker> workers) {
        String name = function.ref().toString();
        boolean inProcess = function.code() == null;
        List<Chosen> able = new ArrayList<>(workers.size());
        workers.forEach((partition, worker) -> {
            if (worker.open() && canRun(worker, function, name)) {
                able.add(new Chosen(partition, worker));
            }
        });
        if (able.isEmpty()) {
            return Optional.empty();
        }
        List<Chosen> permitted =
                preferred(able, chosen -> !chosen.worker().full().contains(name));
        List<Chosen> ready =
                preferred(permitted, chosen -> inProcess || chosen.worker().freeSlots() > outstanding(chosen.worker()));
        Chosen lessBusy = lessBusyOfTwo(ready, inProcess);
        return Optional.of(inProcess ? lessBusy : orWarm(lessBusy, ready, name));
    }

    /** A worker that ran the function lately instead of this one, unless it has too much to do. */
    private Chosen orWarm(Chosen other, List<Chosen> ready, String name) {
        if (other.worker().warm().contains(name)) {
            return other;
        }
        List<Chosen> warm = ready.stream()
                .filter(chosen -> chosen.worker().warm().contains(name))
                .toList();
        if (warm.isEmpty()) {
            return other;
        }
        Chosen warmest = lessBusyOfTwo(warm, false);
        return load(warmest, false) - load(other, false) > WARMTH ? other : warmest;
    }

    private static boolean canRun(CallWorker worker, FunctionDefinition function, String name) {
        return function.code() == null
                ? worker.handlers().contains(name)
                : worker.runtimes().contains(function.spec().runtime().text());
    }

    private static List<Chosen> preferred(List<Chosen> all, Predicate<Chosen> preference) {
        if (all.size() == 1) {
            return all;
        }
        List<Chosen> some = all.stream().filter(preference).toList();
        return some.isEmpty() ? all : some;
    }

    private Chosen lessBusyOfTwo(List<Chosen> all, boolean inProcess) {
        if (all.size() == 1) {
            return all.getFirst();
        }
        int first = random.applyAsInt(all.size());
        int second = (first + 1 + random.applyAsInt(all.size() - 1)) % all.size();
        return load(all.get(first), inProcess) <= load(all.get(second), inProcess) ? all.get(first) : all.get(second);
    }

    /** What is outstanding here counts at once; what others send is in what the worker says. */
    private int load(Chosen chosen, boolean inProcess) {
        CallWorker worker = chosen.worker();
        return outstanding(worker) + (inProcess ? worker.running() : -worker.freeSlots());
    }

    private int outstanding(CallWorker worker) {
        return outstanding.applyAsInt(worker.lease());
    }
}
