package dev.millrace.worker.peers;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a worker's process is called in the consumer groups: the worker's name and when the process began. A process that
 * comes back under the same worker's name is another member: its predecessor's lanes are given up, not kept for it.
 *
 * @param worker the worker's name
 * @param startedAt epoch milliseconds
 */
public record MemberName(String worker, long startedAt) {

    private static final int RADIX = 36;
    private static final Pattern TEXT = Pattern.compile("(.+)-([0-9a-z]{1,11})");

    /** As the group knows it. */
    public String text() {
        return worker + "-" + Long.toString(startedAt, RADIX);
    }

    /** Whether this text names another process of the same worker. */
    boolean isAnotherLifeOf(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches() && parts.group(1).equals(worker) && !text.equals(text());
    }
}
