package dev.millrace.worker.takeover;

import dev.millrace.worker.consume.Progress;
import org.jspecify.annotations.Nullable;

/** A record as one worker sees it. */
final class Seen {
    @Nullable
    Progress progress;

    int stage;
    int crashes;
    /** Whether the fence is asked before it begins, and told when it has ended. */
    boolean gated;
    /** Whether it was found to have ended when the lane was taken over, and is carried to its end here. */
    boolean inherited;

    void reset() {
        progress = null;
        stage = World.NONE;
        crashes = 0;
        gated = false;
        inherited = false;
    }

    @Override
    public String toString() {
        return progress + "/" + stage + (gated ? "g" : "") + (inherited ? "i" : "") + crashes;
    }

    boolean isUnderWay() {
        return stage != World.NONE && stage != World.CLOSED;
    }
}
