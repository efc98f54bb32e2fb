package dev.millrace.worker.consume;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * Finds out what the earlier owners of partitions left behind. Blocking, thread-safe; never called on the consumer
 * thread.
 */
public interface Predecessors {

    /**
     * What is known of a partition from its commit.
     *
     * @param lane the new assignment
     * @param trigger number of its trigger
     * @param committed the committed offset
     * @param owned whether anybody ever committed anything: an owner does before it hands out its first delivery
     * @param inOrder whether the last owner committed everything and claimed what still ran
     * @param position where the log has what the commit does not say, or {@link Legacy#UNKNOWN}
     */
    record Question(LaneId lane, int trigger, long committed, boolean owned, boolean inOrder, long position) {}

    /**
     * Answers for every lane, each as soon as it is known.
     *
     * @throws RuntimeException when somebody does not answer; those not answered for are to be asked again
     */
    void seek(List<Question> questions, BiConsumer<Question, Legacy> answer);
}
