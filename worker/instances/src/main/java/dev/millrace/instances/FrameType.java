package dev.millrace.instances;

import org.jspecify.annotations.Nullable;

/**
 * What a frame says. The code is one ASCII letter, so that a captured conversation can be read.
 *
 * <pre>
 *   instance                              worker
 *      │ ── HELLO ───────────────────────► │   the interpreter is up
 *      │ ◄─ LOAD {handler, context, …} ─── │
 *      │ ── READY ───────────────────────► │   or CODE_NOT_LOADED, HANDLER_NOT_FOUND, OUT_OF_MEMORY
 *      │ ◄─ INVOKE request ID, event ───── │ ┐
 *      │ ── RETURNED json ───────────────► │ ┘ any number of times; or RAISED, BAD_EVENT, …
 * </pre>
 *
 * Every frame of an instance begins with its resident memory (8 bytes); what tells of a failure goes on with
 * <code>{"message": …, "stackTrace": …}</code>.
 */
enum FrameType {
    LOAD('L'),
    INVOKE('I'),

    HELLO('h'),
    READY('r'),
    CODE_NOT_LOADED('c'),
    HANDLER_NOT_FOUND('n'),
    RETURNED('v'),
    RAISED('x'),
    BAD_EVENT('e'),
    BAD_RETURN('b'),
    RETURN_TOO_LARGE('t'),
    OUT_OF_MEMORY('m');

    private final byte code;

    FrameType(char code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static @Nullable FrameType ofCode(byte code) {
        for (FrameType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return null;
    }
}
