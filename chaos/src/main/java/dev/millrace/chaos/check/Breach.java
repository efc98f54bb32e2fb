package dev.millrace.chaos.check;

import java.util.Locale;

/** The ways in which a promise can be broken. */
public enum Breach {
    /** Accepted, and no terminal state. */
    LOST,
    /** A terminal state that changed. */
    SECOND_OUTCOME,
    /** A terminal state to which the event does not lead. */
    ENDED_OTHERWISE,
    /** Refused, and executed all the same. */
    REFUSED_BUT_RUN,
    /** A success whose result no completed run has given. */
    RESULT_OF_NO_RUN,
    /** More runs than attempts, and no fault touched it. */
    UNEXPLAINED_RUN,
    /** Begun before its time: a delayed event, or a retry. */
    EARLY,
    /** A synchronous call that ran more than once, whatever happened. */
    CALL_RUN_TWICE,
    /** A caller whose time was over, and who was told nothing. */
    CALLER_LEFT_WAITING,
    /** A timer's tick that nobody fired. */
    MISSED_TICK,
    /** A timer's tick that ran as two invocations. */
    DOUBLE_TICK,
    /** More runs at once than the function's limit allows. */
    OVER_THE_LIMIT,
    /** Books that do not balance. */
    BOOKS;

    /** Such as {@code refused but run}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
