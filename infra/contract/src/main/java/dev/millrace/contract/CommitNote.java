package dev.millrace.contract;

import java.util.List;
import java.util.Optional;

/**
 * What travels in a commit's metadata: which offsets above it are done, and where in the outcome log the rest is to be
 * looked for. Immutable.
 *
 * <p>Text: "3", how the owner left, the position plus one, how far behind the commit something may have been
 * begun plus one, then the {@link OffsetMap}'s. Without the third number after a "2", and a map alone, as earlier versions
 * wrote it, are read as well.
 *
 * @param map what is done above the committed offset
 * @param position everything that this commit does not say lies in the lane's outcome partition at this offset or behind
 *     it; {@link #UNKNOWN} when nobody can tell
 * @param departure how the owner left
 * @param begunBelow offsets from here on the owner has hardly begun, even if it went on for a moment after this commit;
 *     {@link #UNKNOWN} when it may have begun any
 */
public record CommitNote(OffsetMap map, long position, Departure departure, long begunBelow) {

    /** How the owner left. */
    public enum Departure {
        /** It has not said: it may have run anything since, and be dead. */
        NONE,
        /** It knew all its outcomes and claimed what still ran: nothing has to be looked for. */
        IN_ORDER,
        /** It knew all its outcomes, but what it had begun below {@link CommitNote#begunBelow} may still run, unclaimed. */
        UNCLAIMED
    }

    /** A position that nobody knows. */
    public static final long UNKNOWN = -1;

    /** Written as their places here. */
    private static final List<Departure> DEPARTURES = List.of(Departure.NONE, Departure.IN_ORDER, Departure.UNCLAIMED);

    private static final char VERSION = '3';
    private static final char WITHOUT_BEGUN = '2';

    /** One of an owner that is still there, and does not say what may have been begun. */
    public CommitNote(OffsetMap map, long position) {
        this(map, position, Departure.NONE, UNKNOWN);
    }

    /** The text for a commit's metadata, at most so many characters. A map that is cut says too little to have a position. */
    public String encode(int maxLength) {
        String whole = head(position, departure) + map.encode(Integer.MAX_VALUE);
        if (map.isComplete() && whole.length() <= maxLength) {
            return whole;
        }
        String head = head(UNKNOWN, Departure.NONE);
        return head.length() > maxLength ? "" : head + map.encode(maxLength - head.length());
    }

    private String head(long somePosition, Departure how) {
        StringBuilder text = new StringBuilder(16).append(VERSION);
        OffsetMap.append(text, DEPARTURES.indexOf(how));
        OffsetMap.append(text, somePosition + 1);
        OffsetMap.append(text, begunBelow == UNKNOWN ? 0 : Math.max(0, begunBelow - map.committed()) + 1);
        return text.toString();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @return empty when it is anything else: input from a topic, not truth
     */
    public static Optional<CommitNote> decode(long committed, String text) {
        char version = text.isEmpty() ? 0 : text.charAt(0);
        if (version != VERSION && version != WITHOUT_BEGUN) {
            return OffsetMap.decode(committed, text).map(map -> new CommitNote(map, UNKNOWN));
        }
        OffsetMap.Reader reader = new OffsetMap.Reader(text);
        long departure = reader.number();
        long position = reader.number();
        long begun = version == VERSION ? reader.number() : 0;
        if (departure < 0
                || departure >= DEPARTURES.size()
                || position < 0
                || begun < 0
                || begun - 1 > Long.MAX_VALUE - committed) {
            return Optional.empty();
        }
        return OffsetMap.decode(committed, text.substring(reader.position()))
                .map(map -> new CommitNote(
                        map,
                        position - 1,
                        DEPARTURES.get((int) departure),
                        begun == 0 ? UNKNOWN : committed + begun - 1));
    }
}
