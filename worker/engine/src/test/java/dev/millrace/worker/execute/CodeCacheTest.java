package dev.millrace.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.CodeRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeCacheTest {

    private static final int SIZE = 1000;

    @TempDir
    private Path root;

    private final AtomicInteger fetched = new AtomicInteger();
    private final AtomicInteger seconds = new AtomicInteger();
    private final Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    @Test
    void aPackageIsFetchedOnceWhoeverAsks() throws Exception {
        try (CodeCache cache = open(10 * SIZE);
                ExecutorService many = Executors.newFixedThreadPool(8)) {
            Callable<Path> asking = () -> cache.lease(ref('a')).directory();
            List<Future<Path>> answers = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                answers.add(many.submit(asking));
            }
            for (Future<Path> answer : answers) {
                assertThat(answer.get().resolve("index.py")).hasSize(SIZE);
            }
            assertThat(fetched).hasValue(1);
        }
    }

    @Test
    void whatWasFetchedSurvivesTheWorker() throws Exception {
        try (CodeCache cache = open(10 * SIZE)) {
            cache.lease(ref('a')).close();
        }
        try (CodeCache cache = open(10 * SIZE)) {
            assertThat(cache.lease(ref('a')).directory().resolve("index.py")).exists();
        }
        assertThat(fetched).hasValue(1);
    }

    @Test
    void whatNobodyUsesGoesFirstTheLongestUnused() throws Exception {
        try (CodeCache cache = open(2 * SIZE)) {
            CodeCache.Lease a = cache.lease(ref('a'));
            cache.lease(ref('b')).close();
            cache.lease(ref('c')).close();
            CodeCache.Lease d = cache.lease(ref('d'));
            assertThat(a.directory()).exists();
            assertThat(d.directory()).exists();
            assertThat(cache.lease(ref('c')).directory()).exists();
            assertThat(fetched.get()).isGreaterThan(4);
        }
    }

    @Test
    void aFailedFetchLeavesNothingAndIsTriedAgain() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        CodeCache.Unpacking flaky = (ref, zip, target) -> {
            Files.writeString(zip, "half a zip");
            if (tries.incrementAndGet() == 1) {
                throw new IOException("broker gone");
            }
            Files.createDirectory(target);
        };
        try (CodeCache cache = CodeCache.open(root, SIZE, flaky, clock)) {
            assertThatThrownBy(() -> cache.lease(ref('a')))
                    .isInstanceOf(CodeNotThereException.class)
                    .hasMessageContaining("broker gone");
            assertThat(cache.lease(ref('a')).directory()).exists();
            try (var left = Files.list(cache.lease(ref('a')).directory().getParent())) {
                assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.endsWith(".zip"));
            }
        }
    }

    @Test
    void twoWorkersOfOneMachineDoNotShareADirectory() throws Exception {
        try (CodeCache one = open(SIZE);
                CodeCache other = open(SIZE)) {
            assertThat(one.lease(ref('a')).directory())
                    .isNotEqualTo(other.lease(ref('a')).directory());
        }
    }

    @Test
    void whatAnInterruptedWorkerLeftHalfDoneIsRemoved() throws Exception {
        Path place = Files.createDirectories(root.resolve("0"));
        Files.writeString(place.resolve("a".repeat(64) + ".zip"), "half");
        Files.createDirectories(place.resolve("deleted-x/y"));
        try (CodeCache cache = open(SIZE);
                var left = Files.list(place)) {
            assertThat(cache.workspace()).doesNotExist();
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly("lock");
        }
    }

    private CodeCache open(long bytes) throws IOException {
        Clock ticking = new TickingClock(seconds);
        return CodeCache.open(root, bytes, this::unpack, ticking);
    }

    private void unpack(CodeRef ref, Path zip, Path target) throws IOException {
        fetched.incrementAndGet();
        Files.createDirectory(target);
        Files.write(target.resolve("index.py"), new byte[SIZE]);
    }

    private static CodeRef ref(char digit) {
        return new CodeRef(Character.toString(digit).repeat(64), 10, 0, 0, 1);
    }

    /** Every look at it is a second later. */
    private static final class TickingClock extends Clock {
        private final AtomicInteger seconds;

        TickingClock(AtomicInteger seconds) {
            this.seconds = seconds;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plus(Duration.ofSeconds(seconds.incrementAndGet()));
        }
    }
}
