package dev.millrace.benchmarks.micro;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A full pack of outcomes, per outcome: made by the worker, taken apart by the recorder. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OutcomePackBenchmark {

    private final OutcomeHeading heading =
            new OutcomeHeading(17, 3, new TriggerRef(FunctionRef.of("thumbnail"), TriggerRef.API), TriggerType.API);
    private final Outcome outcome = new Outcome(
            new EventAddress(17, 3, 4711),
            Status.SUCCEEDED,
            "$LATEST",
            1_763_700_000_000L,
            1_763_700_000_003L,
            86_400,
            List.of(),
            "{\"done\":true}".getBytes(StandardCharsets.US_ASCII),
            null,
            new byte[0],
            null);
    private final byte[] encoded = pack();

    private byte[] pack() {
        OutcomePack pack = new OutcomePack(heading);
        for (int i = 0; i < OutcomePack.MAX_OUTCOMES; i++) {
            pack.add(OutcomePack.encode(outcome));
        }
        return pack.toBytes();
    }

    @Benchmark
    @OperationsPerInvocation(OutcomePack.MAX_OUTCOMES)
    public byte[] fill() {
        return pack();
    }

    @Benchmark
    @OperationsPerInvocation(OutcomePack.MAX_OUTCOMES)
    public OutcomePack.Entries takeApart() throws MalformedException {
        return OutcomePack.entries(encoded);
    }
}
