package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Topics;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeysTest {

    private static final EventAddress ADDRESS = new EventAddress(17, 3, 4711);

    private final Keys keys = new Keys("millrace:");

    @Test
    void aKeyCanBeReadByAPerson() {
        String slot = "{o" + Topics.outcomePartition(ADDRESS) + "}";

        assertThat(text(keys.result(ADDRESS))).isEqualTo("millrace:" + slot + "r:17.3.4711");
        assertThat(text(keys.log(ADDRESS, 12))).isEqualTo("millrace:" + slot + "l:17.3.4711.12");
        assertThat(text(keys.recent(new FunctionRef("ns", "resize")))).isEqualTo("millrace:{f:ns/resize}recent");
    }

    @Test
    void whatBelongsToAnInvocationLiesInTheSlotOfItsOutcomePartition() {
        int partition = Topics.outcomePartition(ADDRESS);

        assertThat(keys.result(ADDRESS))
                .satisfies(key -> assertThat(slot(key)).isEqualTo(slot(keys.recorded(partition))));
        assertThat(slot(keys.retrying(ADDRESS))).isEqualTo(slot(keys.rebuilding(partition)));
        assertThat(slot(keys.running(ADDRESS))).isEqualTo(slot(keys.log(ADDRESS, 1)));
    }

    @Test
    void theLargestNumbersFitIntoTheRoom() {
        EventAddress last =
                new EventAddress(EventAddress.MAX_TRIGGER, EventAddress.MAX_PARTITION, EventAddress.MAX_OFFSET);
        Keys longest = new Keys("p".repeat(64));

        assertThat(text(longest.log(last, 10_000))).endsWith("l:268435455.16383.281474976710655.10000");
    }

    private static String slot(byte[] key) {
        String text = text(key);
        return text.substring(text.indexOf('{'), text.indexOf('}'));
    }

    private static String text(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }
}
