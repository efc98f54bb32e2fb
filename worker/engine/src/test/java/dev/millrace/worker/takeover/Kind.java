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
    REDIS_FORGETS;

    boolean isFault() {
        return compareTo(IS_KILLED) >= 0;
    }

    /** Whether it is about one record. */
    boolean isOfARecord() {
        return compareTo(BEGINS) >= 0 && compareTo(LEARNS_MORE) <= 0;
    }
}
