package dev.millrace.contract;

import java.util.Arrays;
import java.util.Optional;

/**
 * Which offsets above a committed one are done: what travels in a commit's metadata, so that a partition's next owner
 * does not run them again. Immutable and thread-safe.
 *
 * <pre>
 *   committed          reach
 *       ▼                ▼
 *   …done│open│done│open│done│ nothing is said: not done as far as anybody knows
 *
 *   text: "1", how many are done above the committed offset, then the lengths of the runs: open, done, open, done, …
 * </pre>
 *
 * <p>A number is written in groups of five bits, the lowest first, one printable character each; the sixth bit says that
 * another follows. A text that would grow too long ends earlier: the reach shrinks, nothing else.
 */
public final class OffsetMap {

    private static final char VERSION = '1';
    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int MORE = 32;

    private final long committed;
    private final long doneAbove;
    /** Ascending and apart from each other: each run's first offset, then the first one behind it. */
    private final long[] runs;

    private final boolean complete;

    private OffsetMap(long committed, long doneAbove, long[] runs, boolean complete) {
        this.committed = committed;
        this.doneAbove = doneAbove;
        this.runs = runs;
        this.complete = complete;
    }

    /** Nothing is known to be done above this offset. */
    public static OffsetMap nothingAbove(long committed) {
        return new OffsetMap(committed, 0, new long[0], true);
    }

    /** The offset it belongs to: the first that is not done. */
    public long committed() {
        return committed;
    }

    /** How many offsets from the committed one on were done when it was written, also beyond its reach. */
    public long doneAbove() {
        return doneAbove;
    }

    /** Whether all that was done is in it. */
    public boolean isComplete() {
        return complete;
    }

    /** The first offset of which it says nothing. */
    public long reach() {
        return runs.length == 0 ? committed : runs[runs.length - 1];
    }

    /** Whether it knows this offset to be done. */
    public boolean isDone(long offset) {
        return doneUntil(offset) > offset;
    }

    /** The first offset from this one on that it does not know to be done. */
    public long doneUntil(long offset) {
        int run = runEndingAfter(offset);
        return run < runs.length && runs[run] <= offset ? runs[run + 1] : offset;
    }

    /** How many offsets from this one on it knows to be done. */
    public long doneFrom(long offset) {
        long count = 0;
        for (int run = runEndingAfter(offset); run < runs.length; run += 2) {
            count += runs[run + 1] - Math.max(runs[run], offset);
        }
        return count;
    }

    /** Adds the runs that end above this offset to a map being built. */
    public void copyFrom(long offset, Builder to) {
        for (int run = runEndingAfter(offset); run < runs.length; run += 2) {
            to.done(Math.max(runs[run], offset), runs[run + 1]);
        }
    }

    /** The text for a commit's metadata, at most so many characters, which are as many bytes. */
    public String encode(int maxLength) {
        StringBuilder text = new StringBuilder(Math.min(maxLength, 16 + 2 * runs.length));
        text.append(VERSION);
        append(text, doneAbove);
        if (text.length() > maxLength) {
            return "";
        }
        long from = committed;
        for (int run = 0; run < runs.length; run += 2) {
            int fits = text.length();
            append(text, runs[run] - from);
            append(text, runs[run + 1] - runs[run]);
            if (text.length() > maxLength) {
                text.setLength(fits);
                break;
            }
            from = runs[run + 1];
        }
        return text.toString();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @return empty when it is anything else: input from a topic, not truth
     */
    public static Optional<OffsetMap> decode(long committed, String text) {
        return new Reader(text).map(committed);
    }

    /** Writes a number. */
    static void append(StringBuilder text, long number) {
        long rest = number;
        while (rest >= MORE) {
            text.append(DIGITS.charAt((int) (rest % MORE) + MORE));
            rest /= MORE;
        }
        text.append(DIGITS.charAt((int) rest));
    }

    /** Index of the first run that ends above the offset. */
    private int runEndingAfter(long offset) {
        int low = 0;
        int high = runs.length / 2;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (runs[2 * middle + 1] <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return 2 * low;
    }

    /** Gathers runs of done offsets in ascending order. Not thread-safe. */
    public static final class Builder {

        private final long committed;
        private final int maxRuns;
        private long[] runs = new long[16];
        private int size;
        private long counted;
        private boolean complete = true;

        /** @param maxLength the length of text for which it is built: more runs than fit are not kept, only counted */
        public Builder(long committed, int maxLength) {
            this.committed = committed;
            this.maxRuns = maxLength / 2;
        }

        /** Every offset from {@code from} up to but not including {@code to} is done. */
        public void done(long from, long to) {
            if (from >= to) {
                return;
            }
            counted += to - from;
            if (size > 0 && runs[size - 1] == from) {
                runs[size - 1] = to;
            } else if (size < 2 * maxRuns) {
                if (size == runs.length) {
                    runs = Arrays.copyOf(runs, 2 * size);
                }
                runs[size++] = from;
                runs[size++] = to;
            } else {
                complete = false;
            }
        }

        /** The map as gathered so far. */
        public OffsetMap build() {
            return new OffsetMap(committed, counted, Arrays.copyOf(runs, size), complete);
        }
    }

    /** Reads the numbers behind the version. Not thread-safe. */
    static final class Reader {

        private final String text;
        private int position = 1;

        Reader(String text) {
            this.text = text;
        }

        Optional<OffsetMap> map(long committed) {
            if (text.isEmpty() || text.charAt(0) != VERSION) {
                return Optional.empty();
            }
            long doneAbove = number();
            long room = EventAddress.MAX_OFFSET - committed;
            long[] runs = new long[text.length()];
            int size = 0;
            long at = committed;
            long done = 0;
            while (doneAbove >= 0 && position < text.length()) {
                long open = number();
                long run = number();
                if (open < 1 || run < 1 || (room -= open + run) < 0) {
                    return Optional.empty();
                }
                runs[size++] = at + open;
                runs[size++] = at + open + run;
                at += open + run;
                done += run;
            }
            boolean believable = doneAbove >= done && doneAbove <= EventAddress.MAX_OFFSET - committed;
            return believable
                    ? Optional.of(new OffsetMap(committed, doneAbove, Arrays.copyOf(runs, size), done == doneAbove))
                    : Optional.empty();
        }

        /** The next number, or -1 when there is none. */
        long number() {
            long number = 0;
            for (int shift = 0; shift <= 45 && position < text.length(); shift += 5) {
                int digit = digit(text.charAt(position++));
                if (digit < 0) {
                    return -1;
                }
                number |= (long) (digit % MORE) << shift;
                if (digit < MORE) {
                    return number;
                }
            }
            return -1;
        }

        /** Where the next one begins. */
        int position() {
            return position;
        }

        private static int digit(char c) {
            return DIGITS.indexOf(c);
        }
    }
}
