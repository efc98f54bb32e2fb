package dev.millrace.benchmarks.sync;

import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.dispatcher.sync.CallEnd;
import dev.millrace.dispatcher.sync.Calls;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.OutcomeWriter;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisSettings;
import dev.millrace.redis.RequestPartitions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;

/** A synchronous call as the dispatcher makes it, without HTTP before it. */
final class MillraceCalls implements LocalWay {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String title;
    private final FunctionDefinition function;
    private final TriggerDefinition trigger;
    private final Redis redis;
    private final OutcomeWriter outcomes;
    private final Calls calls;

    MillraceCalls(
            String title,
            KafkaSettings kafka,
            RedisSettings store,
            FunctionDefinition function,
            TriggerDefinition trigger) {
        this.title = title;
        this.function = function;
        this.trigger = trigger;
        redis = new Redis(store);
        outcomes = new OutcomeWriter(kafka);
        calls = Calls.start(
                kafka, new RequestPartitions(redis), outcomes, Clock.systemUTC(), new SimpleMeterRegistry());
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public void call(byte[] event) throws Exception {
        CallEnd end = calls.run(new Calls.Call(function, trigger, 0, event, PATIENCE, false));
        if (!(end instanceof CallEnd.Ended ended) || ended.outcome().status() != Status.SUCCEEDED) {
            throw new IllegalStateException("ended as " + end);
        }
    }

    @Override
    public void close() {
        calls.close();
        outcomes.close();
        redis.close();
    }
}
