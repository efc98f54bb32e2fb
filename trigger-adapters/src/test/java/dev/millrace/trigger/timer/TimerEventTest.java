package dev.millrace.trigger.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.CronSchedule;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimerEventTest {

    private static final TriggerSpec.Timer TIMER = new TriggerSpec.Timer(
            CronSchedule.parse("0 49 19 * * * *", CronSchedule.DEFAULT_ZONE),
            "user define \"msg\" body",
            TriggerSpec.Missed.ONCE);
    private static final TriggerDefinition TRIGGER =
            new TriggerDefinition(new TriggerRef(FunctionRef.of("report"), "EveryDay"), 4, TIMER, true, 1, 1, 0, 0);

    @Test
    void aTickLooksAsScfWritesIt() {
        byte[] event = TimerEvent.of(TRIGGER, TIMER, Instant.parse("2019-02-21T11:49:00.250Z"));

        assertThat(new String(event, StandardCharsets.UTF_8))
                .isEqualTo("{\"Type\":\"Timer\",\"TriggerName\":\"EveryDay\",\"Time\":\"2019-02-21T11:49:00Z\","
                        + "\"Message\":\"user define \\\"msg\\\" body\"}");
    }

    @Test
    void theLastTickReadsBack() throws MalformedException {
        LastTick last = new LastTick(4711, Instant.parse("2026-01-01T00:00:01Z"));

        assertThat(LastTick.read(last.key(), last.value())).isEqualTo(last);
    }

    @Test
    void garbageInTheTimersTopicIsRefusedByName() {
        assertThatThrownBy(() -> LastTick.read(new byte[] {'x'}, new LastTick(1, Instant.EPOCH).value()))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> LastTick.read(new byte[] {'1'}, new byte[3])).isInstanceOf(MalformedException.class);
    }
}
