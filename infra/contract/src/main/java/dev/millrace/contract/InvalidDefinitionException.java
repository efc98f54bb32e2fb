package dev.millrace.contract;

import java.util.List;
import java.util.stream.Collectors;

/** A definition with mistakes; it lists all of them. */
public final class InvalidDefinitionException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Mistake> mistakes;

    public InvalidDefinitionException(List<Mistake> mistakes) {
        super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("; ")));
        this.mistakes = List.copyOf(mistakes);
    }

    /** Every mistake, in the order of the definition. */
    public List<Mistake> mistakes() {
        return mistakes;
    }
}
