package dev.millrace.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class TerminalExceptionTest {

    @Test
    void isFoundWhereverItStandsInTheChainOfCauses() {
        Exception wrapped = new IllegalStateException(new IOException(new TerminalException("no such customer")));

        assertThat(TerminalException.isIn(wrapped)).isTrue();
        assertThat(TerminalException.isIn(new TerminalException("no", wrapped))).isTrue();
        assertThat(TerminalException.isIn(new IOException("broken pipe"))).isFalse();
    }

    @Test
    void aRingOfCausesIsNotFollowedForEver() {
        Exception first = new IllegalStateException("first");
        first.initCause(new IllegalStateException("second", first));

        assertThat(TerminalException.isIn(first)).isFalse();
    }
}
