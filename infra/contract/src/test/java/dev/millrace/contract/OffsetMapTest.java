package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

class OffsetMapTest {

    private static final int SPAN = 5_000;

    /** What is done above a committed offset, bit 0 being the committed one, which never is. */
    record Truth(long committed, BitSet done) {

        OffsetMap map(int maxLength) {
            OffsetMap.Builder map = new OffsetMap.Builder(committed, maxLength);
            for (int from = done.nextSetBit(0); from >= 0; ) {
                int to = done.nextClearBit(from);
                map.done(committed + from, committed + to);
                from = done.nextSetBit(to);
            }
            return map.build();
        }
    }

    @Provide
    Arbitrary<Truth> truths() {
        Arbitrary<Long> committed = Arbitraries.longs().between(0, EventAddress.MAX_OFFSET - SPAN);
        Arbitrary<Integer> share = Arbitraries.of(0, 1, 10, 50, 90, 99, 100);
        return Combinators.combine(committed, share, Arbitraries.longs()).as((offset, percent, seed) -> {
            Random random = new Random(seed);
            BitSet done = new BitSet(SPAN);
            random.ints(1 + random.nextInt(SPAN - 1))
                    .forEach(ignored -> done.set(1 + random.nextInt(SPAN - 1), random.nextInt(100) < percent));
            return new Truth(offset, done);
        });
    }

    @Property
    void whatFitsComesBackExactly(@ForAll("truths") Truth truth) {
        OffsetMap read = OffsetMap.decode(truth.committed(), truth.map(100_000).encode(100_000))
                .orElseThrow();

        for (int i = 0; i < SPAN; i++) {
            assertThat(read.isDone(truth.committed() + i))
                    .isEqualTo(truth.done().get(i));
        }
        assertThat(read.doneAbove()).isEqualTo(truth.done().cardinality());
        assertThat(read.doneFrom(truth.committed())).isEqualTo(truth.done().cardinality());
    }

    @Property
    void whatDoesNotFitShortensTheReachAndNeverLies(
            @ForAll("truths") Truth truth, @ForAll @IntRange(max = 600) int maxLength) {
        String text = truth.map(maxLength).encode(maxLength);
        assertThat(text).hasSizeLessThanOrEqualTo(maxLength);

        OffsetMap read = OffsetMap.decode(truth.committed(), text).orElse(OffsetMap.nothingAbove(truth.committed()));

        for (int i = 0; i < SPAN; i++) {
            long offset = truth.committed() + i;
            assertThat(read.isDone(offset))
                    .isEqualTo(offset < read.reach() && truth.done().get(i));
        }
        assertThat(read.doneAbove()).isIn(0L, (long) truth.done().cardinality());
    }

    @Property
    void aCutTextIsRefusedOrSaysLess(@ForAll("truths") Truth truth, @ForAll @IntRange(max = 600) int length) {
        String whole = truth.map(600).encode(600);
        String cut = whole.substring(0, Math.min(length, whole.length()));

        OffsetMap.decode(truth.committed(), cut).ifPresent(read -> {
            for (int i = 0; i < SPAN; i++) {
                long offset = truth.committed() + i;
                // The cut may fall into a number: what is left of it must not reach past what was said.
                if (read.isDone(offset) && offset < read.reach()) {
                    assertThat(truth.done().get(i)).isTrue();
                }
            }
        });
    }

    @Property
    void anyTextIsReadWithoutThrowing(
            @ForAll @LongRange(min = 0, max = EventAddress.MAX_OFFSET) long committed, @ForAll String text) {
        OffsetMap.decode(committed, text);
        OffsetMap.decode(committed, "1" + text);
    }

    @Property
    void anyTextOfOurLettersIsReadWithoutThrowingAndStaysInRange(
            @ForAll @LongRange(min = 0, max = EventAddress.MAX_OFFSET) long committed,
            @ForAll("letters") @StringLength(max = 40) String text) {
        OffsetMap.decode(committed, "1" + text).ifPresent(map -> {
            assertThat(map.reach()).isBetween(committed, EventAddress.MAX_OFFSET);
            assertThat(map.doneAbove()).isBetween(0L, EventAddress.MAX_OFFSET - committed);
            assertThat(map.isDone(committed)).as("the committed offset is open").isFalse();
        });
    }

    @Provide
    Arbitrary<String> letters() {
        return Arbitraries.strings().withChars("ABCabc019-_ghf").ofMaxLength(40);
    }

    @Example
    void noMetadataIsNoMap() {
        assertThat(OffsetMap.decode(7, "")).isEmpty();
    }

    @Example
    void twoThousandLongRunsFitIntoFourKilobytes() {
        OffsetMap.Builder map = new OffsetMap.Builder(0, 4096);
        for (long open = 0; open < 2_040L * 20; open += 20) {
            map.done(open + 1, open + 20);
        }

        OffsetMap read = OffsetMap.decode(0, map.build().encode(4096)).orElseThrow();

        assertThat(read.reach()).isEqualTo(2_040L * 20);
    }
}
