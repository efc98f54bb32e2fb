package dev.millrace.worker.execute;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/**
 * What executing takes beside its partners.
 *
 * @param worker name of the worker, as attempts carry it
 * @param slots how many runs in child processes there can be at once
 * @param requestIds the outside form of addresses
 * @param meters where figures go
 * @param clock the time of day
 * @param answers told how synchronous calls ended
 * @param permits where permits come from
 */
public record ExecutionSetup(
        String worker,
        int slots,
        RequestIds requestIds,
        MeterRegistry meters,
        Clock clock,
        CallAnswers answers,
        PermitSource permits) {}
