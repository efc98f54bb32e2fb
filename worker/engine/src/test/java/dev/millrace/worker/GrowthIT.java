package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.redis.PermitLeases;
import dev.millrace.redis.PermitTerms;
import dev.millrace.redis.Redis;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet that has started as many instances in this minute as it may. The minute is Redis' own, so the test waits for
 * its end, and when it begins in the last seconds of one, for the end of the next.
 */
@RealBackends
@Timeout(180)
class GrowthIT {

    /** What the test needs of the minute in which nothing more may be started. */
    private static final Duration ENOUGH = Duration.ofSeconds(15);

    private static final Duration A_MINUTE_AND_MORE = Duration.ofSeconds(90);

    private Fleet fleet;
    private CallClient client;

    @BeforeEach
    void open(KafkaSpace kafka, RedisSpace redis, @TempDir Path directory) {
        fleet = new Fleet(kafka, redis, directory);
        client = new CallClient(fleet);
    }

    @AfterEach
    void close() throws InterruptedException {
        client.close();
        fleet.close();
    }

    @Test
    void aCallIsRefusedAndAnEventWaitsForTheNextMinute() throws Exception {
        TriggerDefinition grow = fleet.deploy(
                Fleet.spec("grow", RuntimeKind.PYTHON3, "index.main_handler"),
                "index.py",
                "def main_handler(event, context):\n    return event\n");
        fleet.start(fleet.worker("w-grow"));
        CallClient.Reached worker = client.reach("w-grow");
        long minute = othersStartAll();

        EventAddress event = fleet.publish(grow, "1");
        Outcome refused = client.reply(client.send(worker, grow, "2"));

        AttemptError error = refused.error();
        assertThat(error).isNotNull();
        assertThat(error.code()).isEqualTo(429);
        assertThat(error.text()).contains("needs another instance");
        assertThat(refused.attempts()).isEmpty();
        assertThat(fleet.outcomes(event)).isEmpty();

        await().atMost(A_MINUTE_AND_MORE).until(() -> fleet.hasEnded(event));
        Outcome ended = fleet.outcome(event);
        assertThat(ended.status()).isEqualTo(Status.SUCCEEDED);
        assertThat(ended.attempts()).hasSize(1);
        assertThat(ended.attempts().getFirst().endedAt() / 60_000).isGreaterThan(minute);
        assertThat(client.reply(client.send(worker, grow, "3")).status()).isEqualTo(Status.SUCCEEDED);
    }

    /** Another worker starts whatever may be started in this minute, or in the next one when this is nearly over. */
    private long othersStartAll() {
        try (Redis redis = new Redis(fleet.redis);
                PermitLeases other = new PermitLeases(redis, "another", PermitTerms.USUAL)) {
            PermitLeases.Growth taken = other.grow(PermitTerms.USUAL.growth(), 0, 0);
            if (taken.left().compareTo(ENOUGH) < 0) {
                long over = taken.minute();
                await().atMost(A_MINUTE_AND_MORE)
                        .until(() -> other.grow(0, 0, 0).minute() > over);
                taken = other.grow(PermitTerms.USUAL.growth(), 0, 0);
            }
            assertThat(taken.granted()).isEqualTo(PermitTerms.USUAL.growth());
            return taken.minute();
        }
    }
}
