package dev.millrace.worker.consume;

import dev.millrace.contract.CommitNote.Departure;
import java.util.List;
import java.util.Set;
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
     * @param departure how the last owner left
     * @param position where the log has what the commit does not say, or {@link Legacy#UNKNOWN}
     * @param begun what an owner that left in order had begun and not brought to its end: it runs there, or was never begun
     */
    record Question(
            LaneId lane,
            int trigger,
            long committed,
            boolean owned,
            Departure departure,
            long position,
            Set<Long> begun) {

        public Question {
            begun = Set.copyOf(begun);
        }

        /** Whether the last owner committed everything that had ended. */
        public boolean inOrder() {
            return departure != Departure.NONE;
        }
    }

    /**
     * Answers for every lane, each as soon as it is known.
     *
     * @throws RuntimeException when somebody does not answer; those not answered for are to be asked again
     */
    void seek(List<Question> questions, BiConsumer<Question, Legacy> answer);
}
