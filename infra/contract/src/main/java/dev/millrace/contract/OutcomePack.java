package dev.millrace.contract;

import java.util.ArrayList;
import java.util.List;

/**
 * One record of the outcome log: a heading and up to {@link #MAX_OUTCOMES} outcomes of one lane. Pure; not
 * thread-safe while it is being filled.
 *
 * <p>Wire form: version octet, heading (length first), then the outcomes, each with its length first, so that the
 * recorder can carry an entry to Redis without reading more of it than it needs. A <em>stored result</em> in Redis is
 * the same form with one outcome and its log taken out.
 */
public final class OutcomePack {

    /** Outcomes in one record of the log at most. */
    public static final int MAX_OUTCOMES = 64;

    /** A packed record stays below this unless one outcome alone is larger. */
    public static final int MAX_BYTES = 256 * 1024;

    private static final int VERSION = 1;
    private static final int RESULT = 1;
    private static final int ERROR = 1 << 1;
    private static final int REPLAY_OF = 1 << 2;
    private static final int NOT_BEFORE = 1 << 3;
    private static final byte[] NOTHING = new byte[0];

    private final WireWriter out;
    private int count;

    /** An empty pack of this lane. */
    public OutcomePack(OutcomeHeading heading) {
        out = new WireWriter(1024);
        out.octet(VERSION);
        out.blob(headingBytes(heading));
    }

    /** Adds what {@link #encode} made. */
    public void add(byte[] encodedOutcome) {
        out.blob(encodedOutcome);
        count++;
    }

    /** Whether one more outcome of this many bytes still fits. An empty pack takes any. */
    public boolean hasRoomFor(int encodedBytes) {
        return count == 0 || (count < MAX_OUTCOMES && out.size() + encodedBytes <= MAX_BYTES);
    }

    /** How many outcomes it holds. */
    public int count() {
        return count;
    }

    /** The record's value. */
    public byte[] toBytes() {
        return out.toBytes();
    }

    /** The wire form of one outcome, to be added to a pack of its lane. Thread-safe. */
    public static byte[] encode(Outcome outcome) {
        return encode(outcome, outcome.log());
    }

    /** The value that Redis keeps for a finished invocation: heading and outcome, without the log. */
    public static byte[] encodeStored(OutcomeHeading heading, Outcome outcome) {
        OutcomePack pack = new OutcomePack(heading);
        pack.add(encode(outcome, NOTHING));
        return pack.toBytes();
    }

    private static byte[] encode(Outcome outcome, byte[] log) {
        byte[] result = outcome.result();
        AttemptError error = outcome.error();
        EventAddress replayOf = outcome.replayOf();
        WireWriter entry = new WireWriter(160 + result.length + log.length + (error == null ? 0 : 512));
        entry.number(outcome.address().offset());
        entry.octet(outcome.status().code());
        entry.octet((result.length == 0 ? 0 : RESULT)
                | (error == null ? 0 : ERROR)
                | (replayOf == null ? 0 : REPLAY_OF)
                | (outcome.notBefore() == 0 ? 0 : NOT_BEFORE));
        entry.number(outcome.acceptedAt());
        entry.number(outcome.endedAt());
        entry.number(outcome.ttlSeconds());
        entry.number(lastAttempt(outcome));
        entry.blob(log);
        entry.text(outcome.version());
        entry.number(outcome.attempts().size());
        outcome.attempts().forEach(entry::attempt);
        if (result.length > 0) {
            entry.blob(result);
        }
        if (error != null) {
            entry.error(error);
        }
        if (replayOf != null) {
            entry.address(replayOf);
        }
        if (outcome.notBefore() != 0) {
            entry.number(outcome.notBefore());
        }
        return entry.toBytes();
    }

    /**
     * Reads a whole record.
     *
     * @throws MalformedException whatever is wrong with the bytes
     */
    public static Decoded decode(byte[] bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        OutcomeHeading heading = readHeading(in);
        List<Outcome> outcomes = new ArrayList<>();
        while (in.position() < bytes.length) {
            if (outcomes.size() == MAX_OUTCOMES) {
                throw new MalformedException("a pack holds at most " + MAX_OUTCOMES + " outcomes");
            }
            WireReader entry = entry(in, bytes);
            outcomes.add(readOutcome(heading, entry));
            entry.requireEnd();
        }
        return new Decoded(heading, List.copyOf(outcomes));
    }

    /**
     * Reads whose outcomes a record holds, and no more.
     *
     * @throws MalformedException whatever is wrong with the bytes that were looked at
     */
    public static OutcomeHeading heading(byte[] bytes) throws MalformedException {
        return readHeading(new WireReader(bytes));
    }

    /**
     * Reads just enough of a record to store its entries: for each its offset, status and times, its log, and the value
     * that Redis keeps.
     *
     * @throws MalformedException whatever is wrong with the bytes that were looked at
     */
    public static Entries entries(byte[] bytes) throws MalformedException {
        WireReader in = new WireReader(bytes);
        OutcomeHeading heading = readHeading(in);
        int headingEnd = in.position();
        List<Entry> entries = new ArrayList<>();
        while (in.position() < bytes.length) {
            if (entries.size() == MAX_OUTCOMES) {
                throw new MalformedException("a pack holds at most " + MAX_OUTCOMES + " outcomes");
            }
            entries.add(readEntry(bytes, heading, headingEnd, in));
        }
        return new Entries(heading, List.copyOf(entries));
    }

    /**
     * The status of the first outcome, from the first bytes of a pack alone: results may be megabytes.
     *
     * @throws MalformedException when these are not the first bytes of a pack
     */
    public static Status statusAtStart(byte[] beginning) throws MalformedException {
        WireReader in = new WireReader(beginning);
        readHeading(in);
        in.smallNumber("length of an outcome", Integer.MAX_VALUE);
        offset(in);
        return outcomeStatus(in);
    }

    private static Entry readEntry(byte[] bytes, OutcomeHeading heading, int headingEnd, WireReader in)
            throws MalformedException {
        WireReader entry = entry(in, bytes);
        int start = entry.position();
        int end = in.position();
        long offset = offset(entry);
        Status status = outcomeStatus(entry);
        boolean waited = (entry.octet() & NOT_BEFORE) != 0;
        entry.number("acceptedAt", EventHeader.MAX_TIME);
        long endedAt = entry.number("endedAt", EventHeader.MAX_TIME);
        int ttlSeconds = entry.smallNumber("ttl", Integer.MAX_VALUE);
        int attempt = entry.smallNumber("attempt", EventHeader.MAX_ATTEMPT);
        int beforeLog = entry.position();
        byte[] log = entry.blob();
        int afterLog = entry.position();
        int storedLength = end - start - (afterLog - beforeLog) + 1;
        WireWriter stored = new WireWriter(headingEnd + storedLength + 5);
        stored.raw(bytes, 0, headingEnd);
        stored.number(storedLength);
        stored.raw(bytes, start, beforeLog - start);
        stored.octet(0);
        stored.raw(bytes, afterLog, end - afterLog);
        EventAddress address = new EventAddress(heading.trigger(), heading.partition(), offset);
        return new Entry(address, status, endedAt, ttlSeconds, attempt, waited, stored.toBytes(), log);
    }

    private static WireReader entry(WireReader in, byte[] bytes) throws MalformedException {
        int length = in.smallNumber("length of an outcome", bytes.length - in.position());
        WireReader entry = new WireReader(bytes, in.position(), in.position() + length);
        in.skip(length);
        return entry;
    }

    private static byte[] headingBytes(OutcomeHeading heading) {
        WireWriter out = new WireWriter(96);
        out.number(heading.trigger());
        out.number(heading.partition());
        out.octet(heading.type().code());
        out.triggerRef(heading.ref());
        return out.toBytes();
    }

    private static OutcomeHeading readHeading(WireReader in) throws MalformedException {
        int version = in.octet();
        if (version != VERSION) {
            throw new MalformedException("outcome version " + version + " is unknown");
        }
        WireReader heading = new WireReader(in.blob());
        int trigger = heading.smallNumber("trigger", EventAddress.MAX_TRIGGER);
        int partition = heading.smallNumber("partition", EventAddress.MAX_PARTITION);
        if (trigger == 0) {
            throw new MalformedException("triggers are numbered from 1");
        }
        TriggerType type = TriggerType.ofCode(heading.octet());
        TriggerRef ref = heading.triggerRef();
        heading.requireEnd();
        return new OutcomeHeading(trigger, partition, ref, type);
    }

    private static Outcome readOutcome(OutcomeHeading heading, WireReader in) throws MalformedException {
        long offset = offset(in);
        Status status = outcomeStatus(in);
        int flags = in.octet();
        if ((flags & ~(RESULT | ERROR | REPLAY_OF | NOT_BEFORE)) != 0) {
            throw new MalformedException("an outcome has unknown flags");
        }
        long acceptedAt = in.number("acceptedAt", EventHeader.MAX_TIME);
        long endedAt = in.number("endedAt", EventHeader.MAX_TIME);
        int ttlSeconds = in.smallNumber("ttl", Integer.MAX_VALUE);
        in.smallNumber("attempt", EventHeader.MAX_ATTEMPT);
        byte[] log = in.blob();
        String version = in.text("version", Outcome.MAX_VERSION * 3);
        int attemptCount = in.smallNumber("attempts", EventHeader.MAX_HISTORY + 1);
        List<Attempt> attempts = new ArrayList<>(attemptCount);
        for (int i = 0; i < attemptCount; i++) {
            attempts.add(in.attempt());
        }
        byte[] result = (flags & RESULT) == 0 ? NOTHING : in.blob();
        AttemptError error = (flags & ERROR) == 0 ? null : in.error();
        EventAddress replayOf = (flags & REPLAY_OF) == 0 ? null : in.address();
        long notBefore = (flags & NOT_BEFORE) == 0 ? 0 : in.number("notBefore", EventHeader.MAX_TIME);
        EventAddress address = new EventAddress(heading.trigger(), heading.partition(), offset);
        return new Outcome(
                address,
                status,
                version,
                acceptedAt,
                endedAt,
                ttlSeconds,
                attempts,
                result,
                error,
                log,
                replayOf,
                notBefore);
    }

    private static int lastAttempt(Outcome outcome) {
        List<Attempt> attempts = outcome.attempts();
        return attempts.isEmpty() ? 0 : attempts.get(attempts.size() - 1).number();
    }

    private static long offset(WireReader in) throws MalformedException {
        return in.number("offset", EventAddress.MAX_OFFSET);
    }

    private static Status outcomeStatus(WireReader in) throws MalformedException {
        Status status = Status.ofCode(in.octet());
        if (status == Status.QUEUED || status == Status.RUNNING) {
            throw new MalformedException(status + " is no outcome");
        }
        return status;
    }

    /** A record of the outcome log, read whole. */
    public record Decoded(OutcomeHeading heading, List<Outcome> outcomes) {}

    /** A record of the outcome log, read as far as storing it needs. */
    public record Entries(OutcomeHeading heading, List<Entry> entries) {}

    /**
     * One outcome on its way to the store.
     *
     * @param address the invocation
     * @param status its status
     * @param endedAt epoch milliseconds
     * @param ttlSeconds how long after {@code endedAt} it is kept
     * @param attempt number of the last attempt, whose log this is; 0 when there was none
     * @param waited whether it has waited for a time, so that an outcome before this one says so
     * @param stored what Redis keeps: a pack with this outcome alone, without its log
     * @param log the log text of the last attempt, UTF-8, maybe empty
     */
    @SuppressWarnings("ArrayRecordComponent") // Slices are passed through by reference on the hot path.
    public record Entry(
            EventAddress address,
            Status status,
            long endedAt,
            int ttlSeconds,
            int attempt,
            boolean waited,
            byte[] stored,
            byte[] log) {}
}
