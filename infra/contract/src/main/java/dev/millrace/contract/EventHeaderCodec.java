package dev.millrace.contract;

import java.util.ArrayList;
import java.util.List;

/**
 * The binary form of {@link EventHeader}: a version octet, a field of flags that says which optional parts follow, then
 * the parts. Pure and thread-safe.
 */
public final class EventHeaderCodec {

    private static final int VERSION = 1;

    private static final int EXPIRES = 1;
    private static final int NOT_BEFORE = 1 << 1;
    private static final int ORIGIN = 1 << 2;
    private static final int DEDUP_KEY = 1 << 3;
    private static final int REPLAY_OF = 1 << 4;
    private static final int HOPS = 1 << 5;
    private static final int HISTORY = 1 << 6;
    private static final int KNOWN = (1 << 7) - 1;

    private EventHeaderCodec() {}

    /** The bytes of a header. */
    public static byte[] encode(EventHeader header) {
        WireWriter out = new WireWriter(header.history().isEmpty() ? 32 : 256);
        out.octet(VERSION);
        out.number(flags(header));
        out.number(header.acceptedAt());
        out.number(header.attempt());
        out.number(header.crashes());
        if (header.expiresAt() != 0) {
            out.number(header.expiresAt());
        }
        if (header.notBefore() != 0) {
            out.number(header.notBefore());
        }
        if (header.origin() != null) {
            out.address(header.origin());
        }
        if (header.dedupKey() != null) {
            out.text(header.dedupKey());
        }
        if (header.replayOf() != null) {
            out.address(header.replayOf());
        }
        if (header.hops() != 0) {
            out.number(header.hops());
        }
        if (!header.history().isEmpty()) {
            out.number(header.history().size());
            header.history().forEach(out::attempt);
        }
        return out.toBytes();
    }

    /**
     * Reads a header.
     *
     * @throws MalformedException whatever is wrong with the bytes
     */
    public static EventHeader decode(byte[] bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        int version = in.octet();
        if (version != VERSION) {
            throw new MalformedException("header version " + version + " is unknown");
        }
        int flags = in.smallNumber("flags", KNOWN);
        long acceptedAt = in.number("acceptedAt", EventHeader.MAX_TIME);
        int attempt = in.smallNumber("attempt", EventHeader.MAX_ATTEMPT);
        if (attempt == 0) {
            throw new MalformedException("attempts are counted from 1");
        }
        int crashes = in.smallNumber("crashes", EventHeader.MAX_ATTEMPT);
        EventHeader header = new EventHeader(
                acceptedAt,
                attempt,
                crashes,
                (flags & EXPIRES) == 0 ? 0 : in.number("expiresAt", EventHeader.MAX_TIME),
                (flags & NOT_BEFORE) == 0 ? 0 : in.number("notBefore", EventHeader.MAX_TIME),
                (flags & ORIGIN) == 0 ? null : in.address(),
                (flags & DEDUP_KEY) == 0 ? null : in.text("dedup key", EventHeader.MAX_DEDUP_KEY),
                (flags & REPLAY_OF) == 0 ? null : in.address(),
                (flags & HOPS) == 0 ? 0 : in.smallNumber("hops", 16),
                (flags & HISTORY) == 0 ? List.of() : history(in));
        in.requireEnd();
        return header;
    }

    private static int flags(EventHeader header) {
        return (header.expiresAt() == 0 ? 0 : EXPIRES)
                | (header.notBefore() == 0 ? 0 : NOT_BEFORE)
                | (header.origin() == null ? 0 : ORIGIN)
                | (header.dedupKey() == null ? 0 : DEDUP_KEY)
                | (header.replayOf() == null ? 0 : REPLAY_OF)
                | (header.hops() == 0 ? 0 : HOPS)
                | (header.history().isEmpty() ? 0 : HISTORY);
    }

    private static List<Attempt> history(WireReader in) throws MalformedException {
        int count = in.smallNumber("history", EventHeader.MAX_HISTORY);
        List<Attempt> history = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            history.add(in.attempt());
        }
        return history;
    }
}
