package dev.millrace.dispatcher.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.RetryPolicy;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.redis.CallWorker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkerChoiceTest {

    private static final FunctionDefinition PYTHON =
            function(RuntimeKind.PYTHON3, new CodeRef("a".repeat(64), 1, 0, 0, 1));
    private static final FunctionDefinition HANDLER = function(RuntimeKind.JAVA, null);

    private final Random random = new Random(7);
    private final Map<Long, Integer> outstanding = new HashMap<>();
    private final WorkerChoice choice = new WorkerChoice(lease -> outstanding.getOrDefault(lease, 0), random::nextInt);

    @Test
    void aFunctionGoesToAWorkerThatCanRunIt() {
        Map<Integer, CallWorker> workers = Map.of(
                0, worker(1, true, 4, Set.of(), Set.of("default/price")),
                1, worker(2, true, 4, Set.of("python3"), Set.of()),
                2, worker(3, false, 4, Set.of("python3"), Set.of("default/price")));

        assertThat(choice.of(PYTHON, workers))
                .hasValueSatisfying(chosen -> assertThat(chosen.partition()).isEqualTo(1));
        assertThat(choice.of(HANDLER, workers))
                .hasValueSatisfying(chosen -> assertThat(chosen.partition()).isZero());
        assertThat(choice.of(PYTHON, Map.of(0, workers.get(0)))).isEmpty();
        assertThat(choice.of(HANDLER, Map.of())).isEmpty();
    }

    @Test
    void oneWithoutAPermitIsAskedOnlyIfAllAre() {
        CallWorker full =
                new CallWorker("w1", 1, true, 4, 0, Set.of("python3"), Set.of(), Set.of(), Set.of("default/price"));
        CallWorker free = worker(2, true, 4, Set.of("python3"), Set.of());

        for (int i = 0; i < 50; i++) {
            assertThat(choice.of(PYTHON, Map.of(0, full, 1, free)))
                    .hasValueSatisfying(chosen -> assertThat(chosen.partition()).isEqualTo(1));
        }
        assertThat(choice.of(PYTHON, Map.of(0, full))).isPresent();
    }

    @Test
    void oneThatRanItLatelyIsTakenWhileItIsNotMuchBusierThanTheOther() {
        CallWorker cold = worker(1, true, 8, Set.of("python3"), Set.of());
        CallWorker warm = warm(2, 8);

        assertThat(chosen(Map.of(0, cold, 1, warm), 50)).containsOnlyKeys(1);
        outstanding.put(2L, 2);
        assertThat(chosen(Map.of(0, cold, 1, warm), 50)).containsOnlyKeys(1);
    }

    @Test
    void oneThatIdlesIsTakenBeforeOneThatRanItLatelyAndHasMuchToDo() {
        CallWorker cold = worker(1, true, 8, Set.of("python3"), Set.of());

        outstanding.put(2L, 3);
        assertThat(chosen(Map.of(0, cold, 1, warm(2, 8)), 50)).containsOnlyKeys(0);
        outstanding.clear();
        assertThat(chosen(Map.of(0, cold, 1, warm(2, 5)), 50)).containsOnlyKeys(0);
    }

    @Test
    void oneWithoutASlotIsNotTakenForHavingRunItLately() {
        outstanding.put(2L, 2);

        assertThat(chosen(Map.of(0, worker(1, true, 3, Set.of("python3"), Set.of()), 1, warm(2, 2)), 50))
                .containsOnlyKeys(0);
    }

    @Test
    void callsSpreadFromTheOneThatRanItFirstToAllThatIdle() {
        Map<Integer, CallWorker> workers = new TreeMap<>();
        workers.put(0, warm(0, 8));
        for (int i = 1; i < 4; i++) {
            workers.put(i, worker(i, true, 8, Set.of("python3"), Set.of()));
        }
        Map<Integer, Integer> given = new TreeMap<>();
        for (int i = 0; i < 28; i++) {
            Chosen chosen = choice.of(PYTHON, workers).orElseThrow();
            given.merge(chosen.partition(), 1, Integer::sum);
            outstanding.merge(chosen.worker().lease(), 1, Integer::sum);
        }

        assertThat(given).hasSize(4);
        assertThat(given.values()).allSatisfy(count -> assertThat(count).isBetween(4, 8));
    }

    @Test
    void ofTwoTheOneWithLessToDoIsTakenSoThatNobodyIsFlooded() {
        Map<Integer, CallWorker> workers = new TreeMap<>();
        for (int i = 0; i < 10; i++) {
            workers.put(i, worker(i, true, 4, Set.of(), Set.of("default/price")));
        }
        Map<Integer, Integer> given = new TreeMap<>();
        for (int i = 0; i < 1000; i++) {
            Chosen chosen = choice.of(HANDLER, workers).orElseThrow();
            given.merge(chosen.partition(), 1, Integer::sum);
            outstanding.merge(chosen.worker().lease(), 1, Integer::sum);
        }

        assertThat(given).hasSize(10);
        assertThat(given.values()).allSatisfy(count -> assertThat(count).isBetween(90, 110));
    }

    private Map<Integer, Integer> chosen(Map<Integer, CallWorker> workers, int times) {
        Map<Integer, Integer> chosen = new TreeMap<>();
        for (int i = 0; i < times; i++) {
            chosen.merge(choice.of(PYTHON, workers).orElseThrow().partition(), 1, Integer::sum);
        }
        return chosen;
    }

    private static CallWorker worker(long lease, boolean open, int free, Set<String> runtimes, Set<String> handlers) {
        return new CallWorker("w" + lease, lease, open, free, 0, runtimes, handlers, Set.of(), Set.of());
    }

    private static CallWorker warm(long lease, int free) {
        return new CallWorker(
                "w" + lease, lease, true, free, 0, Set.of("python3"), Set.of(), Set.of("default/price"), Set.of());
    }

    private static FunctionDefinition function(RuntimeKind runtime, @Nullable CodeRef code) {
        FunctionSpec spec = new FunctionSpec(
                FunctionRef.of("price"),
                runtime,
                runtime.text(),
                "index.main_handler",
                128,
                Duration.ofSeconds(3),
                Duration.ofSeconds(3),
                300,
                Map.of(),
                RetryPolicy.DEFAULT,
                Duration.ofHours(1));
        return new FunctionDefinition(spec, code, FunctionDefinition.LATEST, 1, 0, 0);
    }
}
