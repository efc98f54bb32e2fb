package dev.millrace.dispatcher.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Points in time as the interface writes them: UTC, always with milliseconds. */
final class Timestamps {

    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Timestamps() {}

    static String of(long epochMillis) {
        return FORM.format(Instant.ofEpochMilli(epochMillis));
    }

    static String of(Instant instant) {
        return FORM.format(instant);
    }
}
