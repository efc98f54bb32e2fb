package dev.millrace.worker.takeover;

/** Where the implementation is made wrong. */
enum Bug {
    COMMIT_BEFORE_OUTCOME(1),
    COMMIT_BEFORE_CONSEQUENCE(1),
    NO_FENCE(2),
    OWN_RUNS_FORGOTTEN_WITH_REDIS(1),
    ENDED_BEFORE_CONSEQUENCE(1),
    TAKEOVER_WITHOUT_A_LOOK_AT_THE_LOG(1),
    CONSEQUENCE_NOT_REPEATED(1),
    ZOMBIE_TELLS(1),
    ZOMBIE_BEGINS(1),
    POSITION_AHEAD_OF_THE_COMMIT(1),
    CRASHES_FORGOTTEN(4),
    LAPSED_LEASES_BELIEVED(1),
    HAND_OVER_WITHOUT_CLAIM(0);

    private final int faults;

    Bug(int faults) {
        this.faults = faults;
    }

    /** So many faults it takes to be seen. */
    int faults() {
        return faults;
    }
}
