package dev.millrace.kafka.registry;

/** What the writer of a change takes for granted about the present state. */
public sealed interface Expected {

    /** Nothing: create or replace. */
    record Anything() implements Expected {}

    /** That there is none of this name. */
    record Absent() implements Expected {}

    /** That it is still at this revision. */
    record Revision(long number) implements Expected {}

    /** Nothing: create or replace. */
    static Expected anything() {
        return new Anything();
    }

    /** Whether the present revision is as expected; 0 stands for none. */
    default boolean isMetBy(long revision) {
        return switch (this) {
            case Anything anything -> true;
            case Absent absent -> revision == 0;
            case Revision expected -> revision == expected.number();
        };
    }
}
