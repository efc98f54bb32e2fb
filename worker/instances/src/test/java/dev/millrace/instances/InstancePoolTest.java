package dev.millrace.instances;

import static dev.millrace.instances.Workshop.returned;
import static dev.millrace.instances.Workshop.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstancePoolTest {
    private static final String MEET = """
            import os, time
            def main_handler(event, context):
                # Waits until as many runs as the event says have come to the same place.
                open(os.path.join(event['at'], context['request_id']), 'w').close()
                while len(os.listdir(event['at'])) < event['count']: time.sleep(0.001)
                return os.getpid()
            """;

    private final ExecutorService threads =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    private final AtomicLong now = new AtomicLong();

    private Path directory;
    private Workshop workshop;
    private ChildProcesses launcher;

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        directory = temporary;
        workshop = new Workshop(temporary);
        launcher = new ChildProcesses(
                Workshop.INTERPRETERS, (command, spec) -> command, temporary.resolve("host-with-clock"));
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        launcher.close();
        workshop.close();
    }

    @Test
    void runsAtTheSameTimeHaveInstancesOfTheirOwn() throws Exception {
        InstancePool pool = pool(MEET, new PoolLimits(4, Duration.ofMinutes(1)));

        Set<String> processes = ConcurrentHashMap.newKeySet();
        for (Run run : meet(pool, 4)) {
            processes.add(returned(run));
        }

        assertThat(processes).hasSize(4);
        assertThat(pool.idleCount()).isEqualTo(4);
        assertThat(pool.busyCount()).isZero();
    }

    @Test
    void thereAreNeverMoreInstancesThanAllowedAndTheOthersWait() throws Exception {
        InstancePool pool =
                pool("import os\ndef main_handler(e, c): return os.getpid()", new PoolLimits(2, Duration.ofMinutes(1)));

        Set<String> processes = ConcurrentHashMap.newKeySet();
        List<Future<?>> runs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            runs.add(threads.submit(() -> processes.add(returned(run(pool, "{}")))));
        }
        for (Future<?> run : runs) {
            run.get(30, TimeUnit.SECONDS);
        }

        assertThat(processes).hasSizeBetween(1, 2);
        assertThat(pool.idleCount()).isEqualTo(processes.size());
    }

    @Test
    void theInstanceUsedLastIsUsedNextAndTheOthersGrowOld() throws Exception {
        InstancePool pool = pool(MEET, new PoolLimits(3, Duration.ofSeconds(60)));
        meet(pool, 3);
        assertThat(pool.idleCount()).isEqualTo(3);

        now.addAndGet(Duration.ofSeconds(50).toNanos());
        String used = returned(meet(pool, 1).getFirst());
        now.addAndGet(Duration.ofSeconds(50).toNanos());
        pool.reclaimIdle();

        assertThat(pool.idleCount()).isEqualTo(1);
        assertThat(returned(meet(pool, 1).getFirst())).isEqualTo(used);
    }

    @Test
    void anInstanceThatIsIdleForLongIsReclaimedWithItsFiles() throws Exception {
        InstancePool pool = pool(
                "import tempfile\ndef main_handler(e, c): return tempfile.mkdtemp()",
                new PoolLimits(1, Duration.ofSeconds(60)));
        Path left = Path.of(returned(run(pool, "{}")).replace("\"", ""));
        assertThat(left).isDirectory();

        now.addAndGet(Duration.ofSeconds(59).toNanos());
        pool.reclaimIdle();
        assertThat(pool.idleCount()).isEqualTo(1);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        pool.reclaimIdle();

        assertThat(pool.idleCount()).isZero();
        assertThat(left.getParent()).doesNotExist();
        assertThat(run(pool, "{}").coldStart()).isNotNull();
    }

    @Test
    void anInstanceThatDiedWhileIdleIsNotGivenAnEvent() throws Exception {
        InstancePool pool = pool("import os\ndef main_handler(e, c): return os.getpid()", Workshop.ONE_INSTANCE);
        long first = Long.parseLong(returned(run(pool, "{}")));
        ProcessHandle process = ProcessHandle.of(first).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(10, TimeUnit.SECONDS);

        assertThat(returned(run(pool, "{}"))).isNotEqualTo(Long.toString(first));
    }

    @Test
    void aDrainedPoolLetsItsRunsFinishAndStartsNoMore() throws Exception {
        InstancePool pool = pool(MEET, new PoolLimits(2, Duration.ofMinutes(1)));
        Path place = Files.createDirectory(directory.resolve("place"));
        Future<Run> running = threads.submit(() -> pool.run("a", event(place, 2)));
        awaitFiles(place, 1);

        Future<?> drained = threads.submit(() -> {
            pool.drain();
            return null;
        });
        await().until(pool::isClosed);
        assertThat(drained.isDone()).isFalse();
        Files.createFile(place.resolve("b"));

        assertThat(running.get(10, TimeUnit.SECONDS).end()).isInstanceOf(RunEnd.Returned.class);
        drained.get(10, TimeUnit.SECONDS);
        assertThat(pool.busyCount() + pool.idleCount()).isZero();
    }

    @Test
    void closingStopsWhatRuns() throws Exception {
        InstancePool pool = pool(MEET, new PoolLimits(2, Duration.ofMinutes(1)));
        Path place = Files.createDirectory(directory.resolve("place"));
        Future<Run> running = threads.submit(() -> pool.run("a", event(place, 2)));
        awaitFiles(place, 1);

        pool.close();

        assertThat(running.get(10, TimeUnit.SECONDS).end()).isEqualTo(new RunEnd.Stopped());
        assertThat(run(pool, "{}").end()).isInstanceOf(RunEnd.NotStarted.class);
        assertThat(pool.busyCount()).isZero();
    }

    @Test
    void aMissingInterpreterIsAClearErrorOfItsOwnLanguageOnly(@TempDir Path onlyNode) throws Exception {
        Path node = Workshop.INTERPRETERS.find(Language.NODEJS).orElseThrow();
        Files.createSymbolicLink(onlyNode.resolve("node"), node);
        Interpreters interpreters = Interpreters.on(onlyNode.toString());

        assertThat(interpreters.missing(Language.PYTHON))
                .hasValue("python3 not found on PATH; install it to run Python functions");
        assertThat(interpreters.find(Language.NODEJS)).hasValue(node);
        try (InstanceHost host = InstanceHost.open(interpreters, directory.resolve("poor"))) {
            InstancePool pool =
                    host.pool(workshop.python().source("index.py", "").build(), Workshop.ONE_INSTANCE);
            assertThat(run(pool, "{}").end())
                    .isEqualTo(new RunEnd.NotStarted("python3 not found on PATH; install it to run Python functions"));
            assertThat(pool.busyCount()).isZero();
        }
    }

    @Test
    void missingCodeIsThePlatformsFaultNotTheFunctions() throws Exception {
        InstanceSpec spec = workshop.python().source("index.py", "").build();
        Files.delete(spec.code().resolve("index.py"));
        Files.delete(spec.code());

        assertThat(run(workshop.pool(spec), "{}").end()).isInstanceOf(RunEnd.NotStarted.class);
    }

    @Test
    void withoutGrowthARunHasAnInstanceThatIsThereOrNone() throws Exception {
        AtomicInteger growth = new AtomicInteger(1);
        InstancePool pool = pool(
                MEET, new PoolLimits(4, Duration.ofMinutes(1)), () -> growth.getAndDecrement() > 0, new BootGate(4));
        Path place = Files.createDirectory(directory.resolve("place"));
        Future<Run> first = threads.submit(() -> pool.run("a", event(place, 2)));
        awaitFiles(place, 1);

        assertThat(pool.run("b", event(place, 2)).end()).isEqualTo(new RunEnd.NoGrowth());
        assertThat(pool.busyCount()).isEqualTo(1);
        Files.createFile(place.resolve("b"));
        assertThat(first.get(10, TimeUnit.SECONDS).end()).isInstanceOf(RunEnd.Returned.class);
        assertThat(pool.run("c", event(place, 2)).end()).isInstanceOf(RunEnd.Returned.class);
    }

    @Test
    void aRunTakesAnInstanceThatBecomesIdleBeforeItsOwnIsThere() throws Exception {
        Path mark = directory.resolve("one-is-there");
        InstancePool pool = pool("""
                import os, time
                first = not os.path.exists('%s')
                open('%s', 'a').close()
                while not first: time.sleep(1)
                def main_handler(event, context):
                    while os.path.exists(event['until']): time.sleep(0.001)
                    return os.getpid()
                """.formatted(mark, mark), new PoolLimits(2, Duration.ofMinutes(1)));
        Path busy = Files.createFile(directory.resolve("busy"));
        Future<Run> first = threads.submit(() -> pool.run("a", until(busy)));
        await().until(() -> Files.exists(mark));
        await().until(() -> pool.busyCount() == 1);
        Future<Run> second = threads.submit(() -> pool.run("b", until(directory.resolve("nothing"))));
        await().until(() -> pool.busyCount() == 2);
        Files.delete(busy);

        String process = returned(first.get(10, TimeUnit.SECONDS));
        assertThat(returned(second.get(10, TimeUnit.SECONDS))).isEqualTo(process);
        assertThat(second.get().coldStart()).isNull();
        pool.close();
        await().until(pool::isEnded);
    }

    @Test
    void startsThatWereWaitedForByRunsThatAreOverAreSaved() throws Exception {
        AtomicInteger started = new AtomicInteger();
        BootGate oneAtATime = new BootGate(1);
        InstancePool pool = pool(
                "def main_handler(e, c): return 1",
                new PoolLimits(8, Duration.ofMinutes(1)),
                () -> started.incrementAndGet() > 0,
                oneAtATime);
        List<Future<Run>> runs = new ArrayList<>();
        try (BootGate.Passage another = oneAtATime.enter()) {
            assertThat(another).isNotNull();
            for (int i = 0; i < 8; i++) {
                runs.add(threads.submit(() -> run(pool, "{}")));
            }
            await().until(() -> pool.busyCount() == 8);
        }
        for (Future<Run> run : runs) {
            assertThat(returned(run.get(30, TimeUnit.SECONDS))).isEqualTo("1");
        }

        await().until(() -> pool.busyCount() == 0);
        assertThat(started.get()).isEqualTo(pool.idleCount()).isLessThan(8);
    }

    @Test
    void whatWaitsForAnInstanceCanBeToldToEnd() throws Exception {
        InstancePool pool = pool(MEET, Workshop.ONE_INSTANCE);
        Path place = Files.createDirectory(directory.resolve("place"));
        Future<Run> running = threads.submit(() -> pool.run("a", event(place, 2)));
        awaitFiles(place, 1);
        Future<Run> cancelled = threads.submit(() -> pool.run("b", event(place, 1)));
        Future<Run> stopped = threads.submit(() -> pool.run("c", event(place, 1)));

        await().until(() -> {
            pool.terminate("b", Duration.ofSeconds(1));
            pool.stop("c");
            return cancelled.isDone() && stopped.isDone();
        });

        assertThat(cancelled.get().end()).isEqualTo(new RunEnd.Stopped());
        assertThat(stopped.get().end()).isEqualTo(new RunEnd.Stopped());
        Files.createFile(place.resolve("d"));
        assertThat(running.get(10, TimeUnit.SECONDS).end()).isInstanceOf(RunEnd.Returned.class);
    }

    @Test
    void aDrainedPoolRunsWhatItHasTaken() throws Exception {
        InstancePool pool = pool(MEET, Workshop.ONE_INSTANCE);
        Path place = Files.createDirectory(directory.resolve("place"));
        Future<Run> running = threads.submit(() -> pool.run("a", event(place, 2)));
        awaitFiles(place, 1);
        Future<Run> waiting = threads.submit(() -> pool.run("b", event(place, 1)));
        await().until(() -> pool.waitingCount() == 1);
        Future<?> drained = threads.submit(() -> {
            pool.drain();
            return null;
        });
        await().until(pool::isClosed);
        Files.createFile(place.resolve("c"));

        assertThat(running.get(10, TimeUnit.SECONDS).end()).isInstanceOf(RunEnd.Returned.class);
        assertThat(waiting.get(10, TimeUnit.SECONDS).end()).isInstanceOf(RunEnd.Returned.class);
        drained.get(10, TimeUnit.SECONDS);
        assertThat(pool.isEnded()).isTrue();
    }

    @Test
    void whatGoesWrongDuringAStartLeavesNothingBehindAndIsTold() throws Exception {
        AtomicInteger discarded = new AtomicInteger();
        InstanceSpec spec =
                workshop.python().source("index.py", "import os; os._exit(3)").build();
        InstanceStarter starter = new InstanceStarter(
                spec, wanted -> new Unanswerable(launcher.launch(wanted), discarded), Growth.FREE, new BootGate(1));
        InstancePool pool = new InstancePool(starter, Workshop.ONE_INSTANCE, now::get);

        assertThat(run(pool, "{}").end())
                .isInstanceOfSatisfying(
                        RunEnd.NotStarted.class,
                        end -> assertThat(end.describe()).contains("no exit code today"));
        assertThat(discarded).hasValue(1);
        pool.close();
        assertThat(pool.isEnded()).isTrue();
    }

    /** A process of which nobody can tell how it ended. */
    private record Unanswerable(InstanceLauncher.Launched process, AtomicInteger discarded)
            implements InstanceLauncher.Launched {

        @Override
        public InstanceChannel channel() {
            return process.channel();
        }

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public void terminate() {
            process.terminate();
        }

        @Override
        public void kill() {
            process.kill();
        }

        @Override
        public OptionalInt exitCode() {
            throw new IllegalStateException("no exit code today");
        }

        @Override
        public void discard() {
            discarded.incrementAndGet();
            process.discard();
        }
    }

    @Test
    void aVirtualThreadIsRefused() throws Exception {
        InstancePool pool = pool("def main_handler(e, c): pass", Workshop.ONE_INSTANCE);
        Future<Run> refused;
        try (ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            refused = virtual.submit(() -> run(pool, "{}"));
        }

        assertThatThrownBy(refused::get).hasMessageContaining("platform threads");
    }

    @Test
    void startsAndEndsLeaveNoDescriptorOpen() throws Exception {
        InstancePool pool = pool("import os\ndef main_handler(e, c): os._exit(0)", Workshop.ONE_INSTANCE);
        run(pool, "{}");
        long before = openDescriptors();

        for (int i = 0; i < 20; i++) {
            run(pool, "{}");
        }

        assertThat(openDescriptors()).isLessThanOrEqualTo(before + 2);
    }

    private InstancePool pool(String source, PoolLimits limits) throws IOException {
        return pool(source, limits, Growth.FREE, new BootGate(4));
    }

    private InstancePool pool(String source, PoolLimits limits, Growth growth, BootGate boots) throws IOException {
        InstanceSpec spec = workshop.python().source("index.py", source).build();
        return new InstancePool(new InstanceStarter(spec, launcher, growth, boots), limits, now::get);
    }

    /** Runs that can only end together. */
    private List<Run> meet(InstancePool pool, int count) throws Exception {
        Path place = Files.createTempDirectory(directory, "meeting");
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Run>> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = "run-" + i;
            runs.add(threads.submit(() -> {
                start.await();
                return pool.run(id, event(place, count));
            }));
        }
        start.countDown();
        List<Run> ended = new ArrayList<>();
        for (Future<Run> run : runs) {
            ended.add(run.get(30, TimeUnit.SECONDS));
        }
        return ended;
    }

    private static byte[] event(Path place, int count) {
        return "{\"at\":\"%s\",\"count\":%d}".formatted(place, count).getBytes(UTF_8);
    }

    private static byte[] until(Path gone) {
        return "{\"until\":\"%s\"}".formatted(gone).getBytes(UTF_8);
    }

    private static void awaitFiles(Path place, int count) throws IOException {
        long present;
        do {
            Thread.onSpinWait();
            try (Stream<Path> files = Files.list(place)) {
                present = files.count();
            }
        } while (present < count);
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
