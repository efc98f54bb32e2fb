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

    @Test
    void anAddressLeadsToOneTopic() {
        assertThat(topics.placeOf(new EventAddress(7, 3, 12))).isEqualTo(new Topics.Place("millrace.t.000007", 3));
        EventAddress call = EventAddress.ofCall(7, 3, 12);
        assertThat(call.isCall()).isTrue();
        assertThat(call.trigger()).isEqualTo(7);
        assertThat(topics.placeOf(call)).isEqualTo(new Topics.Place("millrace.requests", 3));
        assertThat(new EventAddress(7, EventAddress.FIRST_OF_CALLS - 1, 12).isCall())
                .isFalse();
    }

    @Test
    void noPartitionOfATriggersTopicCanBeTakenForOneOfTheRequests() {
        assertThatThrownBy(() -> EventAddress.ofCall(7, EventAddress.FIRST_OF_CALLS, 0))
                .isInstanceOf(IllegalArgumentException.class);
        TriggerRef api = new TriggerRef(FunctionRef.of("resize"), TriggerRef.API);
        int tooMany = EventAddress.FIRST_OF_CALLS + 1;
        assertThatThrownBy(() -> new TriggerDefinition(api, 1, new TriggerSpec.Api(), true, tooMany, 1, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
