package dev.millrace.chaos.check;

import java.util.Map;

/**
 * How long things took.
 *
 * @param recovery from the death or pause of a worker to the new start of what it ran, where peers, broker and Redis were
 *     there to take it over
 * @param recoveryByFault the same by kind of fault, without exception: apart where the broker or Redis was away as well
 * @param startDelay from acceptance, or from the end of the delay asked for, to first start
 * @param tickDelay from the time a tick was due to the start of its run
 * @param standstill by kind of fault, the longest time around each fault in which nothing started
 */
public record Figures(
        Quantiles recovery,
        Map<String, Quantiles> recoveryByFault,
        Quantiles startDelay,
        Quantiles tickDelay,
        Map<String, Quantiles> standstill) {

    public Figures {
        recoveryByFault = Map.copyOf(recoveryByFault);
        standstill = Map.copyOf(standstill);
    }
}
