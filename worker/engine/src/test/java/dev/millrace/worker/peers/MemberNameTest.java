package dev.millrace.worker.peers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemberNameTest {

    private final MemberName self = new MemberName("box-1", 1_790_000_000_000L);

    @Test
    void anEarlierProcessOfTheSameWorkerIsKnownByItsName() {
        assertThat(self.isAnotherLifeOf(new MemberName("box-1", 1_780_000_000_000L).text()))
                .isTrue();
    }

    @Test
    void thisProcessAndOtherWorkersAreNot() {
        assertThat(self.isAnotherLifeOf(self.text())).isFalse();
        assertThat(self.isAnotherLifeOf(new MemberName("box-12", 1_780_000_000_000L).text()))
                .isFalse();
        assertThat(self.isAnotherLifeOf(new MemberName("box", 1_780_000_000_000L).text()))
                .isFalse();
        assertThat(self.isAnotherLifeOf(new MemberName("box-1-2", 1_780_000_000_000L).text()))
                .isFalse();
        assertThat(self.isAnotherLifeOf("box-1")).isFalse();
    }
}
