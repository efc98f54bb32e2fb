package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HeaderRangesTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final EventAddress ORIGIN = new EventAddress(1, 0, 7);

    static List<EventHeader> honest() {
        return List.of(
                EventHeader.accepted(NOW),
                EventHeader.accepted(NOW + HOUR),
                EventHeader.accepted(0),
                EventHeader.accepted(NOW)
                        .delayedUntil(Instant.ofEpochMilli(NOW).plus(Duration.ofDays(7)), Duration.ofDays(7)),
                header(NOW - 8 * DAY, 3, NOW + DAY, NOW + HOUR, ORIGIN));
    }

    static List<EventHeader> absurd() {
        return List.of(
                EventHeader.accepted(NOW + 2 * DAY),
                EventHeader.accepted(EventHeader.MAX_TIME),
                header(NOW, 1, EventHeader.MAX_TIME, 0, null),
                header(NOW, 1, NOW + 15 * DAY, 0, null),
                header(NOW, 1, 0, EventHeader.MAX_TIME, null),
                header(NOW, 1, 0, NOW + 8 * DAY, null),
                header(NOW, 2, 0, NOW + 8 * DAY, ORIGIN),
                header(NOW - 14 * DAY, 2, 0, NOW + DAY, ORIGIN),
                header(NOW, 2, 0, 0, null),
                header(NOW, EventHeader.MAX_ATTEMPT, 0, 0, null));
    }

    @ParameterizedTest
    @MethodSource("honest")
    void whatAnHonestWriterWritesIsBelieved(EventHeader header) {
        assertThatCode(() -> HeaderRanges.check(header, NOW)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("absurd")
    void whatNobodyCanHaveWrittenIsRefusedByName(EventHeader header) {
        assertThatThrownBy(() -> HeaderRanges.check(header, NOW)).isInstanceOf(MalformedException.class);
    }

    @Test
    void aRecordWithoutATimeIsJudgedByWhenItWasAccepted() {
        assertThatCode(() -> HeaderRanges.check(EventHeader.accepted(NOW + 9 * DAY), -1))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> HeaderRanges.check(header(NOW, 1, 0, NOW + 8 * DAY, null), -1))
                .isInstanceOf(MalformedException.class);
    }

    private static EventHeader header(
            long acceptedAt, int attempt, long expiresAt, long notBefore, @Nullable EventAddress origin) {
        return new EventHeader(acceptedAt, attempt, 0, expiresAt, notBefore, origin, null, null, 0, List.of());
    }
}
