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
    void aPrefixThatKafkaWouldRefuseIsRefused() {
        assertThatThrownBy(() -> new Topics("mill race")).isInstanceOf(IllegalArgumentException.class);
    }
}
