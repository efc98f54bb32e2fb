package dev.millrace.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.FunctionRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AllowanceTest {

    private final GenerousFleet fleet = new GenerousFleet();
    private final Allowance allowance = new Allowance(FunctionRef.of("resize"), 100, fleet);

    @Test
    void nothingBeginsBeforeTheFleetHasSaidSo() {
        assertThat(allowance.tryTake()).isFalse();
        assertThat(fleet.wanting).containsExactly(allowance);
        allowance.growTo(3);
        assertThat(allowance.free()).isEqualTo(3);
        assertThat(allowance.tryTake()).isTrue();
        assertThat(allowance.taken()).isEqualTo(1);
    }

    @Test
    void idleOnesGoBackAtOnceAndOthersWhenTheirRunsEnd() {
        allowance.growTo(3);
        allowance.tryTake();
        allowance.tryTake();

        assertThat(allowance.shrinkTo(1)).isEqualTo(2);
        assertThat(allowance.tryTake()).isFalse();
        allowance.release();
        assertThat(allowance.circulating()).isEqualTo(1);
        assertThat(allowance.tryTake()).isFalse();
        allowance.release();
        assertThat(allowance.circulating()).isEqualTo(1);
        assertThat(allowance.tryTake()).isTrue();
    }

    @Test
    void whatWasToGoBackMayStayWhenTheFleetHasMoreAgain() {
        allowance.growTo(3);
        allowance.tryTake();
        allowance.tryTake();
        allowance.tryTake();
        assertThat(allowance.shrinkTo(0)).isEqualTo(3);
        allowance.release();
        allowance.growTo(5);
        allowance.release();
        allowance.release();
        assertThat(allowance.free()).isEqualTo(5);
        assertThat(allowance.circulating()).isEqualTo(5);
    }

    @Test
    void aLowerLimitHoldsAtOnceForWhatBegins() {
        allowance.growTo(3);
        allowance.tryTake();
        allowance.limits(1, 100);
        assertThat(allowance.tryTake()).isFalse();
        assertThat(allowance.circulating()).isEqualTo(1);
    }

    @Test
    void whatWasTakenAndWantedIsTold() {
        allowance.growTo(4);
        allowance.tryTake();
        allowance.tryTake();
        allowance.release();
        allowance.waits(5);
        allowance.begun();
        assertThat(allowance.demand()).isEqualTo(new Allowance.Demand(2, 4, false));
        assertThat(allowance.demand().peak()).as("since it was asked last").isEqualTo(1);
    }

    /** Sized up and down while many take and give back: never more at once than the fleet was told. */
    @Test
    void neverDoMoreRunThanCirculate() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> {
                    while (!over.get()) {
                        if (allowance.tryTake()) {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            running.decrementAndGet();
                            allowance.release();
                        }
                    }
                }));
            }
            Random random = new Random(7);
            for (int i = 0; i < 20_000; i++) {
                int size = random.nextInt(4);
                if (size > allowance.circulating()) {
                    allowance.growTo(size);
                } else {
                    // A run that ends at this moment may still go by the size before.
                    assertThat(allowance.shrinkTo(size)).isBetween(0, 3);
                }
            }
            over.set(true);
            for (Future<?> one : all) {
                one.get();
            }
        }
        int rest = allowance.shrinkTo(2);
        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(allowance.free()).isEqualTo(rest);
        assertThat(allowance.taken()).isZero();
    }
}
