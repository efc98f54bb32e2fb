package dev.millrace.worker.report;

import dev.millrace.worker.consume.Delivery;
import java.util.List;

/**
 * An encoded outcome on its way to the reporter.
 *
 * @param delivery whose
 * @param outcome as {@code OutcomePack.encode} made it
 * @param consequences what is to be stored before the delivery is done
 */
@SuppressWarnings("ArrayRecordComponent") // Passed through by reference on the hot path.
record Report(Delivery delivery, byte[] outcome, List<Consequence> consequences) {}
