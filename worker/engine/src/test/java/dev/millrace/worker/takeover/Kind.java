package dev.millrace.worker.takeover;

/** What can happen next. */
enum Kind {
    GETS_THE_LANE,
    BEGINS,
    STORES_THE_OUTCOME,
    STORES_THE_CONSEQUENCES,
    CLOSES,
    LEARNS_MORE,
    COMMITS,
    HANDS_OVER,
    WAKES_UP,
    HEARS_THAT_ITS_LANE_IS_GONE,
    IS_KILLED,
    IS_STOPPED,
    REDIS_FORGETS,
    /** Redis was full or away for longer than a lease lasts, and is asked again before anybody has renewed his. */
    LEASES_LAPSE;

    boolean isFault() {
        return compareTo(IS_KILLED) >= 0;
    }

    boolean isOfRedis() {
        return compareTo(REDIS_FORGETS) >= 0;
    }

    /** Whether it is about one record. */
    boolean isOfARecord() {
        return compareTo(BEGINS) >= 0 && compareTo(LEARNS_MORE) <= 0;
    }
}
