package dev.millrace.dispatcher.record;

import dev.millrace.contract.Topics;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.redis.RecordedPosition;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.ResultWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * Has the whole outcome log projected again by whichever recorders own its partitions, on demand: their positions in Redis
 * are moved back, which they notice as they notice a loss. What is there stays, what is missing is written, and what is
 * not there yet is "ask again" meanwhile. Thread-safe.
 */
public final class Rebuild {

    /** A recorder moves a position about ten times a second. */
    private static final int TRIES = 50;

    private static final List<Integer> PARTITIONS =
            IntStream.range(0, Topics.OUTCOME_PARTITIONS).boxed().toList();

    private final TopicAdmin admin;
    private final Topics topics;
    private final ResultWriter positions;

    /** @param positions writes nothing but positions */
    public Rebuild(TopicAdmin admin, Topics topics, ResultWriter positions) {
        this.admin = admin;
        this.topics = topics;
        this.positions = positions;
    }

    /**
     * How far one partition of the outcome log is.
     *
     * @param recorded everything before this offset is in Redis; -1 when Redis does not say
     * @param until present while it is being rebuilt: up to this offset
     */
    public record Progress(int partition, long recorded, OptionalLong until) {

        /** Records still to be written again. */
        public long left() {
            return until.isEmpty() ? 0 : Math.max(0, until.getAsLong() - Math.max(0, recorded));
        }
    }

    /**
     * Begins anew with every partition.
     *
     * @throws KafkaUnavailableException Kafka does not answer; nothing was begun
     * @throws RedisUnavailableException Redis does not answer; some partitions may have begun
     */
    public synchronized List<Progress> begin() {
        List<TopicPartition> log = PARTITIONS.stream().map(this::partition).toList();
        Map<TopicPartition, Long> begins = admin.beginningOffsets(log);
        Map<TopicPartition, Long> ends = admin.endOffsets(log);
        for (int partition : PARTITIONS) {
            long begin = begins.getOrDefault(partition(partition), 0L);
            long end = ends.getOrDefault(partition(partition), 0L);
            if (end > begin) {
                moveBack(partition, begin, end);
            }
        }
        return progress();
    }

    /**
     * How far it is.
     *
     * @throws RedisUnavailableException Redis does not answer
     */
    public synchronized List<Progress> progress() {
        Map<Integer, RecordedPosition> found = positions.positions(PARTITIONS);
        List<Progress> progress = new ArrayList<>();
        for (int partition : PARTITIONS) {
            RecordedPosition position = found.getOrDefault(partition, RecordedPosition.UNKNOWN);
            progress.add(new Progress(partition, position.recorded().orElse(-1), position.rebuildingUntil()));
        }
        return progress;
    }

    private void moveBack(int partition, long begin, long end) {
        for (int i = 0; i < TRIES; i++) {
            RecordedPosition now =
                    positions.positions(List.of(partition)).getOrDefault(partition, RecordedPosition.UNKNOWN);
            if (positions.reposition(partition, now.recorded(), begin, OptionalLong.of(end))) {
                return;
            }
        }
        throw new RedisUnavailableException(
                "the position of outcome partition " + partition + " moves too fast to be set back; ask again");
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(topics.outcomes(), number);
    }
}
