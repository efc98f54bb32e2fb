package dev.millrace.worker.execute;

import java.util.ArrayList;
import java.util.List;

/** A fleet of one worker: it has every permit at once. Remembers who was in want. */
final class GenerousFleet implements PermitSource {

    final List<Allowance> wanting = new ArrayList<>();
    int asked;

    @Override
    public void changed(Allowance allowance) {
        if (allowance.limit() > allowance.circulating()) {
            allowance.growTo(allowance.limit());
        } else {
            int ignored = allowance.shrinkTo(allowance.limit());
        }
    }

    @Override
    public synchronized void wanted(Allowance allowance) {
        wanting.add(allowance);
    }

    @Override
    public synchronized void ask(Allowance allowance) {
        asked++;
    }

    @Override
    public void lanesLost() {}
}
