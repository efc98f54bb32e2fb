package dev.millrace.worker.execute;

import dev.millrace.worker.consume.Continuity;
import dev.millrace.worker.consume.LostLanes;

/**
 * What an execution has to know of other workers.
 *
 * @param gate whether somebody else has begun an attempt
 * @param continuity whether this process may still believe that its lanes are its own
 * @param lost lanes that are not
 */
public record Takeover(StartGate gate, Continuity continuity, LostLanes lost) {}
