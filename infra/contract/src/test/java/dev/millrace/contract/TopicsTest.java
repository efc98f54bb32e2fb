package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopicsTest {

    private final Topics topics = new Topics("millrace.");

    @Test
    void aTriggersTopicShowsItsNumberAndNoName() {
        assertThat(topics.trigger(1)).isEqualTo("millrace.t.000001");
        assertThat(topics.trigger(EventAddress.MAX_TRIGGER)).isEqualTo("millrace.t.7vvvvv");
    }

    @Test
    void theLanesOfOneTriggerSpreadOverOutcomePartitions() {
        assertThat(IntStream.range(0, 4).map(partition -> Topics.outcomePartition(7, partition)))
                .doesNotHaveDuplicates()
                .allMatch(partition -> partition >= 0 && partition < Topics.OUTCOME_PARTITIONS);
    }

    @Test
    void theLargestTriggerHasAnOutcomePartition() {
        assertThat(Topics.outcomePartition(EventAddress.MAX_TRIGGER, EventAddress.MAX_PARTITION))
                .isBetween(0, Topics.OUTCOME_PARTITIONS - 1);
    }

    @Test
    void deadLettersSpreadOverTheirPartitionsAndAlwaysLieInTheSame() {
        assertThat(IntStream.range(0, 4).map(offset -> Topics.deadPartition(new EventAddress(7, 3, offset))))
                .containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(Topics.deadPartition(new EventAddress(7, 3, 4711))).isEqualTo(3);
        assertThat(Topics.deadPartition(new EventAddress(
                        EventAddress.MAX_TRIGGER, EventAddress.MAX_PARTITION, EventAddress.MAX_OFFSET)))
                .isBetween(0, Topics.DEAD_PARTITIONS - 1);
    }

    @Test
    void aPrefixThatKafkaWouldRefuseIsRefused() {
        assertThatThrownBy(() -> new Topics("mill race")).isInstanceOf(IllegalArgumentException.class);
    }
}
