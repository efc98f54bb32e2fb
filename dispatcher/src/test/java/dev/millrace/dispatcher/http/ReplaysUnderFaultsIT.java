package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.EventHeader;
import dev.millrace.dispatcher.DispatcherProcess;
import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.fault.FaultProxy;
import dev.millrace.program.Json;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters handed in once more, several at a time, while things go wrong or by a rate. */
@RealBackends
@Timeout(120)
class ReplaysUnderFaultsIT {

    private static final String REPLAY = "/v1/dead-letters/replay";

    /** What a caller is promised, and room for a busy machine. */
    private static final Duration ANSWERED = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void aReplayWhoseDispatcherDiedBeforeTheLettersWereRetractedIsTheSameReplayWhenItIsAskedForAgain(
            KafkaSpace kafka, RedisSpace redis) throws Exception {
        try (RunningDispatcher survivor = new RunningDispatcher(kafka, redis)) {
            List<String> ids = dead(survivor, "cut-off", 3);
            long before = survivor.stored("cut-off").count();
            die(survivor, "cut-off", kafka, redis);
            assertThat(survivor.stored("cut-off").count())
                    .as("stored by the dead one")
                    .isEqualTo(before + 3);
            awaitListed(survivor, "cut-off", 3);

            HttpResponse<String> answer = survivor.send("POST", REPLAY, all("cut-off"));

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            assertThat(Json.MAPPER.readTree(answer.body()).findValuesAsString("requestId"))
                    .containsExactlyElementsOf(ids);
            awaitListed(survivor, "cut-off", 0);
            // Workers run one event of each key, whichever dispatcher stored it.
            assertThat(redriven(survivor, "cut-off")).hasSize(6);
            assertThat(keys(redriven(survivor, "cut-off"))).hasSize(3);
        }
    }

    @Test
    void aRateSpacesWhatIsReplayed(KafkaSpace kafka, RedisSpace redis) throws Exception {
        try (RunningDispatcher dispatcher = new RunningDispatcher(kafka, redis)) {
            dead(dispatcher, "paced", 5);

            dispatcher.send("POST", REPLAY, all("paced").replaceFirst("}$", ",\"rate\":2}"));

            List<Long> waits = redriven(dispatcher, "paced").stream()
                    .map(header -> header.notBefore() == 0 ? 0 : header.notBefore() - header.acceptedAt())
                    .sorted()
                    .toList();
            assertThat(waits).containsExactly(0L, 500L, 1000L, 1500L, 2000L);
            assertThat(redriven(dispatcher, "paced"))
                    .filteredOn(header -> header.notBefore() > 0)
                    .allSatisfy(header -> assertThat(header.expiresAt())
                            .as("its age counts from then")
                            .isGreaterThan(header.notBefore()));
        }
    }

    @Test
    void aReplayWithoutKafkaIsRefusedSoonAndDoublesNothingWhenItIsAskedForAgain(RedisSpace redis) throws Exception {
        try (FaultProxy proxy = FaultProxy.open();
                EmbeddedKafka kafka =
                        EmbeddedKafka.in(folder).behind(proxy::forwardTo).start();
                RunningDispatcher dispatcher = new RunningDispatcher(
                        new KafkaSpace(kafka.bootstrapServers(), "away."), redis.within("away"))) {
            dead(dispatcher, "away", 3);
            proxy.cut();

            long asked = System.nanoTime();
            HttpResponse<String> refused = dispatcher.send("POST", REPLAY, all("away"));
            Duration took = Duration.ofNanos(System.nanoTime() - asked);

            assertThat(refused.statusCode()).as(refused.body()).isIn(503, 504);
            assertThat(took).isLessThan(ANSWERED);
            proxy.pass();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> dispatcher.send("POST", REPLAY, all("away")).statusCode() == 202);
            awaitListed(dispatcher, "away", 0);
            assertThat(keys(redriven(dispatcher, "away"))).hasSize(3);
        }
    }

    private static List<String> dead(RunningDispatcher dispatcher, String function, int count) throws Exception {
        dispatcher.deploy(function);
        List<String> ids = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            String id = dispatcher.accept(function, "" + n);
            dispatcher.bury(id, "" + n);
            ids.add(id);
        }
        awaitListed(dispatcher, function, count);
        return ids;
    }

    private static void awaitListed(RunningDispatcher dispatcher, String function, int count) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> dispatcher
                                .json("/v1/dead-letters?function=" + function)
                                .get("items")
                                .size()
                        == count);
    }

    private static List<EventHeader> redriven(RunningDispatcher dispatcher, String function) throws Exception {
        return dispatcher.stored(function).headers().stream()
                .filter(header -> header.replayOf() != null)
                .toList();
    }

    private static String all(String function) {
        return "{\"filter\":{\"function\":\"" + function + "\"}}";
    }

    private static List<String> keys(List<EventHeader> headers) {
        return headers.stream().map(EventHeader::dedupKey).distinct().toList();
    }

    private void die(RunningDispatcher survivor, String function, KafkaSpace kafka, RedisSpace redis) throws Exception {
        Map<String, String> environment = Map.of(
                "MILLRACE_KAFKA", kafka.bootstrapServers(),
                "MILLRACE_TOPIC_PREFIX", kafka.prefix(),
                "MILLRACE_REDIS", redis.uri().toString(),
                "MILLRACE_REDIS_PREFIX", redis.prefix(),
                "MILLRACE_CRASH_POINT", "after-replay-before-retract");
        try (DispatcherProcess dying = DispatcherProcess.start(environment, folder.resolve("err"))) {
            HttpRequest request = HttpRequest.newBuilder(dying.uri(REPLAY))
                    .POST(BodyPublishers.ofString(all(function)))
                    .build();
            assertThatThrownBy(() -> survivor.client().send(request, BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
            assertThat(dying.hasCrashed()).isTrue();
        }
    }
}
