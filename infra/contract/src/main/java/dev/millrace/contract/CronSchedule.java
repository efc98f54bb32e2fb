package dev.millrace.contract;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When a timer fires. Immutable and thread-safe.
 *
 * <p>SCF: seven fields (second minute hour day month week year), day and week both set means either; five fields
 * (minute hour day month week) are accepted as well. 0 and 7 are Sunday. In the gap of a change to summer time a tick is
 * skipped, in the overlap it fires once.
 */
public final class CronSchedule {

    /** SCF evaluates schedules in UTC+8. */
    public static final ZoneId DEFAULT_ZONE = ZoneId.of("Asia/Shanghai");

    private static final CronDefinition SCF = CronDefinitionBuilder.defineCron()
            .withSeconds()
            .and()
            .withMinutes()
            .and()
            .withHours()
            .and()
            .withDayOfMonth()
            .supportsL()
            .supportsW()
            .supportsLW()
            .and()
            .withMonth()
            .and()
            .withDayOfWeek()
            .withValidRange(0, 7)
            .withMondayDoWValue(1)
            .withIntMapping(7, 0)
            .supportsL()
            .supportsHash()
            .and()
            .withYear()
            .withValidRange(1970, 2099)
            .and()
            .instance();

    private static final CronParser SEVEN_FIELDS = new CronParser(SCF);
    private static final CronParser FIVE_FIELDS =
            new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private final String text;
    private final ZoneId zone;
    private final ExecutionTime times;

    private CronSchedule(String text, ZoneId zone, Cron cron) {
        this.text = text;
        this.zone = zone;
        this.times = ExecutionTime.forCron(cron);
    }

    /**
     * Reads a schedule.
     *
     * @throws IllegalArgumentException naming the field that is wrong
     */
    public static CronSchedule parse(String text, ZoneId zone) {
        String trimmed = text.strip().replaceAll("\\s+", " ");
        int fields = trimmed.isEmpty() ? 0 : trimmed.split(" ").length;
        if (fields != 7 && fields != 5) {
            throw new IllegalArgumentException(
                    "a cron expression has seven fields (second minute hour day month week year), this one has "
                            + fields);
        }
        // A question mark restricts nothing, as a star does; the library would read "day and week" instead of "either".
        Cron cron = (fields == 7 ? SEVEN_FIELDS : FIVE_FIELDS)
                .parse(trimmed.replace('?', '*'))
                .validate();
        return new CronSchedule(trimmed, zone, cron);
    }

    /** The first tick after this instant, or nothing when none comes any more. */
    public Optional<Instant> nextAfter(Instant instant) {
        return times.nextExecution(instant.atZone(zone)).map(time -> time.toInstant());
    }

    /** The next ticks after this instant, at most {@code count}. */
    public List<Instant> nextAfter(Instant instant, int count) {
        List<Instant> next = new ArrayList<>(count);
        Optional<Instant> tick = nextAfter(instant);
        while (tick.isPresent() && next.size() < count) {
            next.add(tick.get());
            tick = nextAfter(tick.get());
        }
        return next;
    }

    /** The expression as it was given, with single spaces. */
    public String text() {
        return text;
    }

    /** The zone it is read in. */
    public ZoneId zone() {
        return zone;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CronSchedule that && text.equals(that.text) && zone.equals(that.zone);
    }

    @Override
    public int hashCode() {
        return text.hashCode() * 31 + zone.hashCode();
    }

    @Override
    public String toString() {
        return text + " " + zone;
    }
}
