package dev.millrace.dispatcher.sync;

import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.OutcomeWriter;
import dev.millrace.kafka.Stored;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends calls whose worker is gone. If the worker had ended one before, that came first in the log and counts. Thread-safe.
 */
final class LostCalls {

    private static final Logger log = LoggerFactory.getLogger(LostCalls.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final byte[] NOTHING = {};

    private final OutcomeWriter outcomes;
    private final InstantSource clock;

    LostCalls(OutcomeWriter outcomes, InstantSource clock) {
        this.outcomes = outcomes;
        this.clock = clock;
    }

    /** Writes down that a call is lost, and waits a moment for the log to have it. */
    void end(EventAddress address, FunctionDefinition function, TriggerDefinition trigger, long acceptedAt)
            throws InterruptedException {
        OutcomeHeading heading = new OutcomeHeading(
                address.trigger(),
                address.partition(),
                trigger.ref(),
                trigger.spec().type());
        OutcomePack pack = new OutcomePack(heading);
        pack.add(OutcomePack.encode(outcome(address, function, acceptedAt)));
        CompletableFuture<@Nullable Void> stored = new CompletableFuture<>();
        outcomes.append(heading, pack.toBytes(), new Stored() {
            @Override
            public void stored(long offset) {
                stored.complete(null);
            }

            @Override
            public void failed(Exception why) {
                stored.completeExceptionally(why);
            }
        });
        try {
            stored.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.debug("the end of the lost call {} is stored later, or by the next owner of its partition", address, e);
        }
    }

    private Outcome outcome(EventAddress address, FunctionDefinition function, long acceptedAt) {
        return new Outcome(
                address,
                Status.FAILED,
                function.version(),
                acceptedAt,
                Math.max(acceptedAt, clock.millis()),
                (int) function.spec().resultTtl().toSeconds(),
                List.of(),
                NOTHING,
                new AttemptError(
                        500,
                        AttemptError.WORKER_LOST,
                        "the worker that was to run it is gone: it may have run, and it is not run again",
                        ""),
                NOTHING,
                null);
    }
}
