package dev.millrace.benchmarks.dead;

import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.DeadLetterCodec;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;
import dev.millrace.dispatcher.dead.DeadLetterIndex;
import dev.millrace.kafka.DeadLetterChange;
import dev.millrace.kafka.DeadLetterPlace;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code deadletters}: how much memory the list of dead letters takes, and how long to read it in, without Kafka. */
@Command(name = "deadletters", description = "What a full list of dead letters costs a dispatcher.")
public final class DeadLettersCommand implements Callable<Integer> {

    private static final int PARTITIONS = 4;
    private static final int FUNCTIONS = 20;

    @Mixin
    private ReportOptions options;

    @Option(names = "--letters", description = "How many (${DEFAULT-VALUE}).")
    private int letters = DeadLetterIndex.MOST;

    @Override
    public Integer call() throws IOException, MalformedException {
        Report report = options.begin();
        fill("", 40); // Cold code is another question.
        for (int i = 0; i < options.rounds(); i++) {
            measure(report, "message of 40 characters", 40);
            measure(report, "message of 8,000 characters", 8_000);
        }
        report.note(letters + " letters of " + FUNCTIONS + " functions, decoded one by one as from the topic; memory is"
                + " what the heap holds more after a collection.");
        options.finish(report);
        return 0;
    }

    private void measure(Report report, String what, int characters) throws MalformedException {
        long before = held();
        long began = System.nanoTime();
        DeadLetterIndex index = fill("x", characters);
        long took = System.nanoTime() - began;
        try {
            report.add(what + ", memory", "MB", (held() - before) / 1e6);
        } finally {
            Reference.reachabilityFence(index);
        }
        report.add(what + ", reading in", "ms", took / (double) TimeUnit.MILLISECONDS.toNanos(1));
    }

    private DeadLetterIndex fill(String letter, int characters) throws MalformedException {
        DeadLetterIndex index = new DeadLetterIndex(letters);
        for (int n = 0; n < letters; n++) {
            EventAddress address = new EventAddress(1 + n % FUNCTIONS, n % 7, n);
            TriggerRef trigger = new TriggerRef(FunctionRef.of("function-" + n % FUNCTIONS), TriggerRef.API);
            AttemptError error =
                    new AttemptError(430, "ValueError", "n" + n + " " + letter.repeat(characters), "Traceback …");
            DeadLetter whole =
                    new DeadLetter(address, trigger, TriggerType.API, Status.FAILED, error, 3, 1_800_000_000_000L + n);
            DeadLetter read = DeadLetterCodec.decode(address, DeadLetterCodec.encode(whole));
            index.take(new DeadLetterChange.Buried(read, new DeadLetterPlace(n % PARTITIONS, n)));
        }
        return index;
    }

    private static long held() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
