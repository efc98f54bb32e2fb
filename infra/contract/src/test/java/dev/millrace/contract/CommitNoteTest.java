package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.CommitNote.Departure;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CommitNoteTest {

    @Property
    void whatIsWrittenIsRead(
            @ForAll @LongRange(min = -1, max = 1L << 44) long position,
            @ForAll Departure departure,
            @ForAll @LongRange(min = 7, max = 1L << 44) long begunBelow) {
        CommitNote note = new CommitNote(map(), position, departure, begunBelow);

        CommitNote read = CommitNote.decode(7, note.encode(4096)).orElseThrow();

        assertThat(read.position()).isEqualTo(position);
        assertThat(read.departure()).isEqualTo(departure);
        assertThat(read.begunBelow()).isEqualTo(begunBelow);
        assertThat(read.map().isDone(9)).isTrue();
        assertThat(read.map().isDone(8)).isFalse();
    }

    @Test
    void aMapThatDoesNotFitSaysNothingOfWhereToLook() {
        OffsetMap.Builder many = new OffsetMap.Builder(7, 4096);
        for (long offset = 8; offset < 400; offset += 2) {
            many.done(offset, offset + 1);
        }
        String text = new CommitNote(many.build(), 99, Departure.IN_ORDER, 400).encode(40);

        CommitNote read = CommitNote.decode(7, text).orElseThrow();

        assertThat(text).hasSizeLessThanOrEqualTo(40);
        assertThat(read.position()).isEqualTo(CommitNote.UNKNOWN);
        assertThat(read.departure()).isEqualTo(Departure.NONE);
        assertThat(read.map().isDone(8)).isTrue();
    }

    @Test
    void whatEarlierVersionsWroteIsRead() {
        CommitNote read = CommitNote.decode(7, map().encode(4096)).orElseThrow();

        assertThat(read.map().isDone(9)).isTrue();
        assertThat(read.position()).isEqualTo(CommitNote.UNKNOWN);
        assertThat(read.departure()).isEqualTo(Departure.NONE);
        assertThat(read.begunBelow()).isEqualTo(CommitNote.UNKNOWN);
    }

    @Test
    void anEarlierNoteDoesNotSayWhatWasBegun() {
        StringBuilder text = new StringBuilder("2");
        OffsetMap.append(text, 1);
        OffsetMap.append(text, 6);
        text.append(map().encode(4096));

        CommitNote read = CommitNote.decode(7, text.toString()).orElseThrow();

        assertThat(read.position()).isEqualTo(5);
        assertThat(read.departure()).isEqualTo(Departure.IN_ORDER);
        assertThat(read.begunBelow()).isEqualTo(CommitNote.UNKNOWN);
        assertThat(read.map().isDone(9)).isTrue();
    }

    @Property
    void anythingElseIsNoNote(@ForAll String text) {
        CommitNote.decode(7, text);
        CommitNote.decode(7, "2" + text);
        CommitNote.decode(7, "3" + text);
        assertThat(CommitNote.decode(7, "")).isEmpty();
    }

    private static OffsetMap map() {
        OffsetMap.Builder map = new OffsetMap.Builder(7, 4096);
        map.done(9, 12);
        return map.build();
    }
}
