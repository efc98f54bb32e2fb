package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CommitNoteTest {

    @Property
    void whatIsWrittenIsRead(@ForAll @LongRange(min = -1, max = 1L << 44) long position, @ForAll boolean inOrder) {
        CommitNote note = new CommitNote(map(), position, inOrder);

        CommitNote read = CommitNote.decode(7, note.encode(4096)).orElseThrow();

        assertThat(read.position()).isEqualTo(position);
        assertThat(read.inOrder()).isEqualTo(inOrder);
        assertThat(read.map().isDone(9)).isTrue();
        assertThat(read.map().isDone(8)).isFalse();
    }

    @Test
    void aMapThatDoesNotFitSaysNothingOfWhereToLook() {
        OffsetMap.Builder many = new OffsetMap.Builder(7, 4096);
        for (long offset = 8; offset < 400; offset += 2) {
            many.done(offset, offset + 1);
        }
        String text = new CommitNote(many.build(), 99, true).encode(40);

        CommitNote read = CommitNote.decode(7, text).orElseThrow();

        assertThat(text).hasSizeLessThanOrEqualTo(40);
        assertThat(read.position()).isEqualTo(CommitNote.UNKNOWN);
        assertThat(read.inOrder()).isFalse();
        assertThat(read.map().isDone(8)).isTrue();
    }

    @Test
    void whatEarlierVersionsWroteIsRead() {
        CommitNote read = CommitNote.decode(7, map().encode(4096)).orElseThrow();

        assertThat(read.map().isDone(9)).isTrue();
        assertThat(read.position()).isEqualTo(CommitNote.UNKNOWN);
        assertThat(read.inOrder()).isFalse();
    }

    @Property
    void anythingElseIsNoNote(@ForAll String text) {
        CommitNote.decode(7, text);
        CommitNote.decode(7, "2" + text);
        assertThat(CommitNote.decode(7, "")).isEmpty();
    }

    private static OffsetMap map() {
        OffsetMap.Builder map = new OffsetMap.Builder(7, 4096);
        map.done(9, 12);
        return map.build();
    }
}
