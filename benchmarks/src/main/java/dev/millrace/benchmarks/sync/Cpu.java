package dev.millrace.benchmarks.sync;

import java.time.Duration;
import java.util.stream.Stream;

/** What this process and all that it started have had of the processors. */
final class Cpu {

    private Cpu() {}

    static Duration used() {
        ProcessHandle self = ProcessHandle.current();
        return Stream.concat(Stream.of(self), self.descendants())
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }
}
