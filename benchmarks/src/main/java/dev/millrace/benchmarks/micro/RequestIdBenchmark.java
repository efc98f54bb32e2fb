package dev.millrace.benchmarks.micro;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.InvalidRequestIdException;
import dev.millrace.contract.RequestId;
import dev.millrace.contract.RequestIdCodec;
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

/** The keyed check of a request ID: one for every event accepted over HTTP, one for every question about one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestIdBenchmark {

    private final RequestIdCodec codec = new RequestIdCodec(new byte[RequestIdCodec.KEY_BYTES]);
    private final EventAddress address = new EventAddress(17, 3, 4711);
    private final String text = codec.encode(address).toString();

    @Benchmark
    public RequestId encode() {
        return codec.encode(address);
    }

    @Benchmark
    public RequestId decode() throws InvalidRequestIdException {
        return codec.decode(text);
    }
}
