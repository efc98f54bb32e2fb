package dev.millrace.worker.permits;

import dev.millrace.worker.execute.Allowance;
import dev.millrace.worker.execute.PermitSource;

/**
 * A worker that asks nobody: it runs every function as often as if it were alone. Made on purpose, to measure what the
 * limits cost and to see that the checker finds where they are not kept. Stateless.
 */
public final class LimitsIgnored implements PermitSource {

    @Override
    public void changed(Allowance allowance) {
        if (allowance.limit() > allowance.circulating()) {
            allowance.growTo(allowance.limit());
        } else {
            int ignored = allowance.shrinkTo(allowance.limit());
        }
    }

    @Override
    public void wanted(Allowance allowance) {}

    @Override
    public void ask(Allowance allowance) {}

    @Override
    public void lanesLost() {}
}
