package dev.millrace.kafka;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.testkit.KafkaSpace;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Installations for tests, each with topics of its own on the shared broker. */
public final class Installed {

    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final AtomicInteger NEXT = new AtomicInteger();

    private Installed() {}

    /** Settings of an installation that has no topics yet. */
    public static KafkaSettings fresh(KafkaSpace kafka) {
        return KafkaSettings.of(kafka.bootstrapServers())
                .with(new Topics(kafka.name("i" + NEXT.incrementAndGet() + ".")));
    }

    /** A trigger of four partitions; its topic is not created here. */
    public static TriggerDefinition trigger(int number) {
        TriggerRef ref = new TriggerRef(FunctionRef.of("resize"), TriggerRef.API);
        return new TriggerDefinition(ref, number, new TriggerSpec.Api(), true, 4, 1, 0, 0);
    }
}
