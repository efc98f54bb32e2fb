package dev.millrace.contract;

import java.time.ZoneId;
import java.util.List;

/** What the owner of a trigger says of it, by kind. */
public sealed interface TriggerSpec {

    /** What kind of trigger it is. */
    TriggerType type();

    /** Partitions its topic starts with. */
    default int partitions() {
        return Topics.TRIGGER_PARTITIONS;
    }

    /** Asynchronous calls of the API. */
    record Api() implements TriggerSpec {
        @Override
        public TriggerType type() {
            return TriggerType.API;
        }
    }

    /**
     * What is left of a trigger that was deleted: its topic, until what waits there has ended.
     *
     * @param type what kind it was
     */
    record Deleted(TriggerType type) implements TriggerSpec {}

    /**
     * Ticks of a schedule.
     *
     * @param schedule when
     * @param message handed to the function with every tick. SCF: CustomArgument, up to 4 KB
     * @param missed what becomes of ticks that fell due while no adapter ran
     */
    record Timer(CronSchedule schedule, String message, Missed missed) implements TriggerSpec {
        @Override
        public TriggerType type() {
            return TriggerType.TIMER;
        }

        @Override
        public int partitions() {
            return 1;
        }

        /** The zone the schedule is read in. */
        public ZoneId zone() {
            return schedule.zone();
        }
    }

    /** What becomes of ticks that fell due while no adapter ran. */
    enum Missed {
        /** Only the latest one is fired, late. */
        ONCE,
        /** None is fired. */
        SKIP,
        /** Each is fired, late; the latest 100 at most. */
        ALL
    }

    /**
     * Notifications of an object store.
     *
     * @param bucket name of the bucket
     * @param events event types such as {@code cos:ObjectCreated:Put}; the last part may be {@code *}
     * @param prefix the key must begin with it; maybe empty
     * @param suffix the key must end with it; maybe empty, else it begins with a dot (SCF)
     */
    record Cos(String bucket, List<String> events, String prefix, String suffix) implements TriggerSpec {
        public Cos {
            events = List.copyOf(events);
        }

        @Override
        public TriggerType type() {
            return TriggerType.COS;
        }

        /** Whether an event of this type on this object concerns the trigger. */
        public boolean matches(String eventBucket, String eventName, String key) {
            return bucket.equals(eventBucket)
                    && key.startsWith(prefix)
                    && key.endsWith(suffix)
                    && events.stream().anyMatch(pattern -> covers(pattern, eventName));
        }

        private static boolean covers(String pattern, String eventName) {
            return pattern.endsWith(":*")
                    ? eventName.startsWith(pattern.substring(0, pattern.length() - 1))
                    : pattern.equals(eventName);
        }
    }
}
