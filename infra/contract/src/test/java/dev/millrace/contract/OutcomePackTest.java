package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class OutcomePackTest {

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void whatIsPackedReadsBack(@ForAll("outcomeLists") List<Outcome> outcomes) throws MalformedException {
        OutcomePack pack = new OutcomePack(Samples.HEADING);
        outcomes.forEach(outcome -> pack.add(OutcomePack.encode(outcome)));

        OutcomePack.Decoded decoded = OutcomePack.decode(pack.toBytes());

        assertThat(decoded.heading()).isEqualTo(Samples.HEADING);
        assertThat(decoded.outcomes())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyElementsOf(outcomes);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void whatTheRecorderStoresReadsBackWithoutItsLog(@ForAll("outcomeLists") List<Outcome> outcomes)
            throws MalformedException {
        OutcomePack pack = new OutcomePack(Samples.HEADING);
        outcomes.forEach(outcome -> pack.add(OutcomePack.encode(outcome)));

        List<OutcomePack.Entry> entries = OutcomePack.entries(pack.toBytes()).entries();

        assertThat(entries).hasSameSizeAs(outcomes);
        for (int i = 0; i < entries.size(); i++) {
            Outcome outcome = outcomes.get(i);
            OutcomePack.Entry entry = entries.get(i);
            assertThat(entry.address()).isEqualTo(outcome.address());
            assertThat(entry.status()).isEqualTo(outcome.status());
            assertThat(entry.endedAt()).isEqualTo(outcome.endedAt());
            assertThat(entry.log()).isEqualTo(outcome.log());
            assertThat(entry.stored()).isEqualTo(OutcomePack.encodeStored(Samples.HEADING, outcome));
            Outcome stored = OutcomePack.decode(entry.stored()).outcomes().get(0);
            assertThat(stored).usingRecursiveComparison().ignoringFields("log").isEqualTo(outcome);
            assertThat(stored.log()).isEmpty();
        }
    }

    @Property(tries = 5_000)
    void anyBytesAreReadOrRefusedByName(@ForAll byte[] bytes) {
        try {
            OutcomePack.decode(bytes);
            OutcomePack.entries(bytes);
        } catch (MalformedException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }

    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void aPackWithOneOctetChangedIsReadOrRefusedByName(
            @ForAll("outcomeLists") List<Outcome> outcomes, @ForAll int position, @ForAll byte octet) {
        OutcomePack pack = new OutcomePack(Samples.HEADING);
        outcomes.forEach(outcome -> pack.add(OutcomePack.encode(outcome)));
        byte[] bytes = pack.toBytes();
        bytes[Math.floorMod(position, bytes.length)] = octet;
        anyBytesAreReadOrRefusedByName(bytes);
    }

    @Test
    void aPackTakesSixtyFourOutcomesAndAnEmptyOneTakesAny() {
        OutcomePack pack = new OutcomePack(Samples.HEADING);
        assertThat(pack.hasRoomFor(6_000_000)).isTrue();
        for (int i = 0; i < OutcomePack.MAX_OUTCOMES; i++) {
            assertThat(pack.hasRoomFor(100)).isTrue();
            pack.add(new byte[100]);
        }
        assertThat(pack.hasRoomFor(1)).isFalse();
    }

    @Test
    void aPackStaysBelowItsSize() {
        OutcomePack pack = new OutcomePack(Samples.HEADING);
        pack.add(new byte[OutcomePack.MAX_BYTES - 1_000]);

        assertThat(pack.hasRoomFor(2_000)).isFalse();
    }

    @Test
    void whoStoresAnOutcomeKnowsWhetherItHasWaited() throws MalformedException {
        for (long notBefore : new long[] {0, 77}) {
            OutcomePack pack = new OutcomePack(Samples.HEADING);
            pack.add(OutcomePack.encode(new Outcome(
                    new EventAddress(Samples.HEADING.trigger(), Samples.HEADING.partition(), 3),
                    Status.SUCCEEDED,
                    "$LATEST",
                    1,
                    2,
                    60,
                    List.of(),
                    new byte[0],
                    null,
                    new byte[0],
                    null,
                    notBefore)));
            assertThat(OutcomePack.entries(pack.toBytes()).entries())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.waited()).isEqualTo(notBefore > 0));
        }
    }

    @Test
    void runningIsNoOutcome() {
        assertThatThrownBy(() -> new Outcome(
                        new EventAddress(1, 0, 0),
                        Status.RUNNING,
                        "$LATEST",
                        1,
                        2,
                        60,
                        List.of(),
                        new byte[0],
                        null,
                        new byte[0],
                        null))
                .hasMessage("RUNNING is no outcome");
    }

    @Provide
    Arbitrary<List<Outcome>> outcomeLists() {
        return Samples.outcomes().list().ofMinSize(1).ofMaxSize(8);
    }
}
