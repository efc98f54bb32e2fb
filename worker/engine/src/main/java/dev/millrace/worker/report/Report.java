package dev.millrace.worker.report;

import dev.millrace.worker.consume.Delivery;

/**
 * An encoded outcome on its way to the reporter.
 *
 * @param delivery whose
 * @param outcome as {@code OutcomePack.encode} made it
 * @param last whether the delivery is done with it; otherwise another attempt follows on this worker
 */
@SuppressWarnings("ArrayRecordComponent") // Passed through by reference on the hot path.
record Report(Delivery delivery, byte[] outcome, boolean last) {}
