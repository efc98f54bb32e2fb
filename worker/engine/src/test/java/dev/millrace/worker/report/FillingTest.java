package dev.millrace.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FillingTest {

    private static final long NOW = 1_000_000_000L;

    private final List<LanePack> appended = new ArrayList<>();
    private final Filling filling = new Filling(appended::add);

    @Test
    void theOutcomeOfAnEventTravelsAtOnce() {
        filling.add(report(new EventAddress(5, 0, 7)), NOW);

        assertThat(filling.nanosLeft(NOW, 100)).isZero();
        filling.appendDue(NOW);

        assertThat(outcomes()).containsExactly(1);
        assertThat(filling.isEmpty()).isTrue();
    }

    @Test
    void thoseOfCallsTravelTogetherAfterAMoment() {
        filling.add(call(7), NOW);
        filling.add(call(8), NOW + Filling.MOMENT_NANOS - 1);
        filling.appendDue(NOW + Filling.MOMENT_NANOS - 1);
        assertThat(appended).isEmpty();
        assertThat(filling.nanosLeft(NOW + Filling.MOMENT_NANOS - 1, 100)).isEqualTo(1);

        filling.appendDue(NOW + Filling.MOMENT_NANOS);

        assertThat(outcomes()).containsExactly(2);
    }

    @Test
    void anEventDoesNotWaitForTheCallsBesideIt() {
        filling.add(call(7), NOW);
        filling.add(report(new EventAddress(5, 0, 7)), NOW);
        filling.appendDue(NOW);

        assertThat(outcomes()).containsExactly(1);
        assertThat(filling.isEmpty()).isFalse();
    }

    @Test
    void aFullPackOfCallsWaitsForNobody() {
        for (int i = 0; i < 65; i++) {
            filling.add(call(i), NOW);
        }

        assertThat(outcomes()).containsExactly(64);
    }

    @Test
    void nothingIsLeftAtTheEnd() {
        filling.add(call(7), NOW);
        filling.appendAll();

        assertThat(outcomes()).containsExactly(1);
        assertThat(filling.isEmpty()).isTrue();
    }

    private List<Integer> outcomes() {
        return appended.stream().map(pack -> pack.seal().outcomes()).toList();
    }

    private static Report call(long offset) {
        return report(EventAddress.ofCall(5, 3, offset));
    }

    private static Report report(EventAddress address) {
        TriggerRef ref = new TriggerRef(FunctionRef.of("resize"), "api");
        TriggerDefinition trigger = new TriggerDefinition(ref, 5, new TriggerSpec.Api(), true, 4, 1, 0, 0);
        Delivery delivery = new Delivery(
                new LaneId(address.isCall() ? "requests" : "t", address.partition(), 1),
                address.offset(),
                address,
                EventHeader.accepted(1000),
                trigger,
                new byte[0],
                null);
        return new Report(delivery, new byte[] {1, 2, 3}, List.of());
    }
}
