package dev.millrace.contract;

/**
 * One thing that is wrong with a definition.
 *
 * @param path where, such as {@code retry.delay} or {@code triggers[1].cron}; empty for the whole
 * @param text what is wrong and what would be right
 */
public record Mistake(String path, String text) {

    @Override
    public String toString() {
        return path.isEmpty() ? text : path + ": " + text;
    }
}
