package dev.millrace.benchmarks.micro;

import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.MalformedException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The header of every event: written when it is accepted, read when it is delivered. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventHeaderBenchmark {

    private final EventHeader header = EventHeader.accepted(1_763_700_000_000L);
    private final byte[] encoded = EventHeaderCodec.encode(header);

    @Benchmark
    public byte[] encode() {
        return EventHeaderCodec.encode(header);
    }

    @Benchmark
    public EventHeader decode() throws MalformedException {
        return EventHeaderCodec.decode(encoded);
    }
}
