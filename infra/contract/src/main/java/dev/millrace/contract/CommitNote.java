package dev.millrace.contract;

import java.util.Optional;

/**
 * What travels in a commit's metadata: which offsets above it are done, and where in the outcome log the rest is to be
 * looked for. Immutable.
 *
 * <p>Text: "2", whether the owner left in order, the position plus one, then the {@link OffsetMap}'s. A map alone, as
 * earlier versions wrote it, is read as well.
 *
 * @param map what is done above the committed offset
 * @param position everything that this commit does not say lies in the lane's outcome partition at this offset or behind
 *     it; {@link #UNKNOWN} when nobody can tell
 * @param inOrder whether the owner knew all its outcomes and claimed what still ran: nothing has to be looked for
 */
public record CommitNote(OffsetMap map, long position, boolean inOrder) {

    /** A position that nobody knows. */
    public static final long UNKNOWN = -1;

    private static final char VERSION = '2';

    /** The text for a commit's metadata, at most so many characters. A map that is cut says too little to have a position. */
    public String encode(int maxLength) {
        String whole = head(position, inOrder) + map.encode(Integer.MAX_VALUE);
        if (map.isComplete() && whole.length() <= maxLength) {
            return whole;
        }
        String head = head(UNKNOWN, false);
        return head.length() > maxLength ? "" : head + map.encode(maxLength - head.length());
    }

    private static String head(long position, boolean inOrder) {
        StringBuilder text = new StringBuilder(16).append(VERSION);
        OffsetMap.append(text, inOrder ? 1 : 0);
        OffsetMap.append(text, position + 1);
        return text.toString();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @return empty when it is anything else: input from a topic, not truth
     */
    public static Optional<CommitNote> decode(long committed, String text) {
        if (text.isEmpty() || text.charAt(0) != VERSION) {
            return OffsetMap.decode(committed, text).map(map -> new CommitNote(map, UNKNOWN, false));
        }
        OffsetMap.Reader reader = new OffsetMap.Reader(text);
        long inOrder = reader.number();
        long position = reader.number();
        if (inOrder < 0 || inOrder > 1 || position < 0) {
            return Optional.empty();
        }
        return OffsetMap.decode(committed, text.substring(reader.position()))
                .map(map -> new CommitNote(map, position - 1, inOrder == 1));
    }
}
