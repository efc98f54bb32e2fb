package dev.millrace.worker.report;

import dev.millrace.worker.consume.Delivery;
import java.util.List;

/**
 * An encoded outcome on its way to the reporter.
 *
 * @param delivery whose
 * @param outcome as {@code OutcomePack.encode} made it
 * @param last whether the delivery is done with it; otherwise another attempt follows on this worker
 * @param consequences what is to be stored before the delivery is done
 */
@SuppressWarnings("ArrayRecordComponent") // Passed through by reference on the hot path.
record Report(Delivery delivery, byte[] outcome, boolean last, List<Consequence> consequences) {}
