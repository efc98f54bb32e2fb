package dev.millrace.program;

import dev.millrace.contract.Mistake;
import java.util.List;
import java.util.stream.Collectors;

/** Settings with mistakes; it lists all of them, one a line. */
public final class InvalidSettingsException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Mistake> mistakes;

    InvalidSettingsException(List<Mistake> mistakes) {
        super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n")));
        this.mistakes = List.copyOf(mistakes);
    }

    /** Every mistake. */
    public List<Mistake> mistakes() {
        return mistakes;
    }

    /** The same as a reason not to start. */
    public StartException asStartException() {
        return new StartException(StartException.USAGE, String.valueOf(getMessage()));
    }
}
