package dev.millrace.trigger.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.TriggerDefinition;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.trigger.Adapters;
import dev.millrace.trigger.Mill;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

@RealBackends
class TimerAdapterIT {

    private static final String EVERY_SECOND = "{\"type\":\"timer\",\"cron\":\"* * * * * * *\",\"message\":\"go\"}";

    @Test
    void twoProcessesShareTheTimersAndNoTickIsLostOrDoubledWhenOneStops(KafkaSpace space) throws Exception {
        try (Mill mill = new Mill(space);
                Adapters staying = mill.startAdapters()) {
            Adapters leaving = mill.startAdapters();
            TriggerDefinition trigger = mill.define("report", "everySecond", EVERY_SECOND);
            mill.events(trigger, events -> events.size() >= 3);

            leaving.close();

            int soFar = mill.events(trigger, events -> !events.isEmpty()).size();
            List<Instant> ticks = mill.events(trigger, events -> events.size() >= soFar + 4).stream()
                    .map(accepted -> Instant.parse(accepted.event().path("Time").stringValue()))
                    .toList();
            assertThat(ticks).doesNotHaveDuplicates();
            for (int i = 1; i < ticks.size(); i++) {
                assertThat(ticks.get(i)).isEqualTo(ticks.get(i - 1).plusSeconds(1));
            }
            assertThat(staying.routes()).isNotEmpty();
        }
    }

    @Test
    void aTickCarriesItsDedupKeyAndTheTimersMessage(KafkaSpace space) throws Exception {
        try (Mill mill = new Mill(space);
                Adapters adapters = mill.startAdapters()) {
            TriggerDefinition trigger = mill.define("report", "ticking", EVERY_SECOND);

            Mill.Accepted first =
                    mill.events(trigger, events -> !events.isEmpty()).get(0);

            Instant tick = Instant.parse(first.event().path("Time").stringValue());
            assertThat(first.event().path("Message").stringValue()).isEqualTo("go");
            assertThat(first.header().dedupKey()).isEqualTo("tick:" + tick.getEpochSecond());
            assertThat(first.header().acceptedAt()).isGreaterThanOrEqualTo(tick.toEpochMilli());
            assertThat(adapters.routes()).isNotEmpty();
        }
    }

    @Test
    void aFullQueueHoldsItsTimerBackUntilThereIsRoom(KafkaSpace space) throws Exception {
        try (Mill mill = new Mill(space);
                Adapters adapters = mill.startAdapters()) {
            TriggerDefinition trigger = mill.define("crowded", 1, "ticking", EVERY_SECOND);
            await().atMost(Duration.ofSeconds(20)).until(() -> mill.gauge("millrace.timer.full") > 0);
            assertThat(mill.events(trigger, events -> !events.isEmpty())).hasSize(1);

            mill.drain(trigger);

            assertThat(mill.events(trigger, events -> events.size() >= 2)).hasSize(2);
            assertThat(adapters.routes()).isNotEmpty();
        }
    }

    @Test
    void aTimerIsFiredByHandAndOtherTriggersAreNot(KafkaSpace space) throws Exception {
        try (Mill mill = new Mill(space);
                Adapters adapters = mill.startAdapters();
                HttpClient http = HttpClient.newHttpClient()) {
            TriggerDefinition trigger = mill.define(
                    "nightly", "night", "{\"type\":\"timer\",\"cron\":\"0 0 2 1 1 * 2099\",\"message\":\"x\"}");
            URI api = mill.serve(adapters);

            HttpResponse<String> fired = post(http, api, "/v1/functions/nightly/triggers/night/fire");
            HttpResponse<String> unknown = post(http, api, "/v1/functions/nightly/triggers/day/fire");
            HttpResponse<String> notATimer =
                    post(http, api, "/v1/namespaces/default/functions/nightly/triggers/api/fire");

            assertThat(fired.statusCode()).as(fired.body()).isEqualTo(202);
            assertThat(fired.body()).contains("requestId");
            assertThat(mill.events(trigger, events -> events.size() == 1)
                            .get(0)
                            .event()
                            .path("Message")
                            .stringValue())
                    .isEqualTo("x");
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(notATimer.statusCode()).isEqualTo(409);
        }
    }

    private static HttpResponse<String> post(HttpClient http, URI api, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(api.resolve(path))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
