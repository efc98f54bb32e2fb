package dev.millrace.worker.consume;

import org.apache.kafka.common.TopicPartition;

/** A lane and what the consumer thread keeps beside it: its partition, its fetching, its last commit. */
final class Assignment {

    private final TopicPartition partition;
    private final Lane lane;
    private final long assignedAt;
    private boolean paused;
    private long committedCompleted;

    Assignment(TopicPartition partition, Lane lane, long assignedAt) {
        this.partition = partition;
        this.lane = lane;
        this.assignedAt = assignedAt;
        this.committedCompleted = lane.completed();
    }

    TopicPartition partition() {
        return partition;
    }

    Lane lane() {
        return lane;
    }

    long assignedAt() {
        return assignedAt;
    }

    boolean isPaused() {
        return paused;
    }

    void paused(boolean pausedNow) {
        paused = pausedNow;
    }

    /** Whether a commit would say something new. */
    boolean isUncommitted() {
        return lane.completed() != committedCompleted;
    }

    /** The broker has a commit that was made when so much was completed. */
    void committed(long completed) {
        committedCompleted = Math.max(committedCompleted, completed);
    }
}
