package dev.millrace.trigger.cos;

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
import java.util.List;
import org.junit.jupiter.api.Test;

@RealBackends
class CosAdapterIT {

    private static final String TRIGGER =
            "{\"type\":\"cos\",\"bucket\":\"photos\",\"events\":[\"cos:ObjectCreated:*\"],"
                    + "\"prefix\":\"in/\",\"suffix\":\".jpg\"}";

    @Test
    void aMatchingNotificationBecomesAnEventAndTheOthersAreCounted(KafkaSpace space) throws Exception {
        try (Mill mill = new Mill(space);
                Adapters adapters = mill.startAdapters();
                HttpClient http = HttpClient.newHttpClient()) {
            TriggerDefinition trigger = mill.define("thumbs", "photos", TRIGGER);
            URI api = mill.serve(adapters);

            HttpResponse<String> matching = notify(http, api, notification("photos", "in/a.jpg", 1));
            HttpResponse<String> again = notify(http, api, notification("photos", "in/a.jpg", 1));
            HttpResponse<String> otherSuffix = notify(http, api, notification("photos", "in/a.png", 2));
            HttpResponse<String> unwatched = notify(http, api, notification("music", "in/a.jpg", 3));

            assertThat(matching.statusCode()).isEqualTo(200);
            assertThat(matching.body()).contains("default/thumbs/photos").contains("requestId");
            assertThat(otherSuffix.body()).contains("\"stored\":[]").contains("\"unmatched\":1");
            assertThat(unwatched.statusCode()).isEqualTo(200);
            assertThat(mill.counter("millrace.cos.unwatched")).isEqualTo(2);
            assertThat(again.statusCode()).isEqualTo(200);
            List<Mill.Accepted> events = mill.events(trigger, accepted -> accepted.size() == 2);
            assertThat(events.get(0).event().at("/Records/0/cos/cosObject/key").stringValue())
                    .isEqualTo("/1250000000/photos/in/a.jpg");
            assertThat(events.get(0).header().dedupKey()).isNotNull();
            assertThat(events.get(1).header().dedupKey())
                    .as("a notification sent twice is one event to the worker")
                    .isEqualTo(events.get(0).header().dedupKey());
        }
    }

    @Test
    void aNotificationForAFullQueueIsToBeSentAgainLater(KafkaSpace space) throws Exception {
        try (Mill mill = new Mill(space);
                Adapters adapters = mill.startAdapters();
                HttpClient http = HttpClient.newHttpClient()) {
            TriggerDefinition trigger = mill.define("prints", 1, "prints", TRIGGER.replace("photos", "prints"));
            URI api = mill.serve(adapters);
            assertThat(notify(http, api, notification("prints", "in/a.jpg", 1)).statusCode())
                    .isEqualTo(200);

            HttpResponse<String> full = notify(http, api, notification("prints", "in/b.jpg", 2));

            assertThat(full.statusCode()).as(full.body()).isEqualTo(429);
            assertThat(full.body()).contains("queue-full").contains("default/prints/prints");
            assertThat(full.headers().firstValue("Retry-After")).isPresent();
            mill.drain(trigger);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> notify(http, api, notification("prints", "in/b.jpg", 2))
                                    .statusCode()
                            == 200);
            assertThat(mill.events(trigger, accepted -> accepted.size() >= 2)).hasSize(2);
        }
    }

    @Test
    void aNotificationThatIsNoneIsRefusedWithItsReason(KafkaSpace space) throws Exception {
        try (Mill mill = new Mill(space);
                Adapters adapters = mill.startAdapters();
                HttpClient http = HttpClient.newHttpClient()) {
            URI api = mill.serve(adapters);

            assertThat(notify(http, api, "{\"Records\":[{\"cos\":{}}]}"))
                    .matches(answer -> answer.statusCode() == 400, "is 400")
                    .matches(answer -> answer.body().contains("cosBucket.name is missing"), "names the field");
            assertThat(notify(http, api, "{\"Records\":\n ["))
                    .matches(answer -> answer.statusCode() == 400, "is 400")
                    .matches(answer -> answer.body().contains("line 2"), "names the line");
        }
    }

    private static String notification(String bucket, String key, int reqid) {
        return """
                {"Records":[{"cos":{"cosObject":{"key":"/1250000000/%s/%s","size":1},
                  "cosBucket":{"region":"gz","name":"%s","appid":"1250000000"}},
                  "event":{"eventName":"cos:ObjectCreated:Put","eventTime":1545205770,"reqid":%d}}]}
                """.formatted(bucket, key, bucket, reqid);
    }

    private static HttpResponse<String> notify(HttpClient http, URI api, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(api.resolve("/v1/cos/notifications"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
