package dev.millrace.trigger.cos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CosNotificationTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String COS = """
            {"Records":[{"cos":{"cosSchemaVersion":"1.0","cosObject":{"url":"http://testpic-1253970026.example/testfile",
              "meta":{"x-cos-request-id":"NWMx","Content-Type":""},"vid":"","key":"/1253970026/testpic/in/testfile","size":1029},
              "cosBucket":{"region":"cd","name":"testpic","appid":"1253970026"},"cosNotificationId":"unkown"},
              "event":{"eventName":"cos:ObjectCreated:Put","eventVersion":"1.0","eventTime":1545205770,"eventSource":"qcs::cos",
              "requestParameters":{"requestSourceIP":"192.168.15.101","requestHeaders":{}},"eventQueue":"q","reservedInfo":"","reqid":179398952}}]}
            """;

    private static final String S3 = """
            {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-1","eventTime":"2026-01-02T03:04:05.678Z",
              "eventName":"ObjectCreated:Put","requestParameters":{"sourceIPAddress":"10.0.0.1"},
              "responseElements":{"x-amz-request-id":"ABC"},
              "s3":{"bucket":{"name":"photos","ownerIdentity":{"principalId":"42"}},
              "object":{"key":"in/a+b%C3%A4.jpg","size":7,"eTag":"e","sequencer":"0055"}}}]}
            """;

    @Test
    void aRecordInCosFormIsPassedOnAsItCame() throws MalformedNotificationException {
        CosRecord record = read(COS).get(0);

        assertThat(record.bucket()).isEqualTo("testpic");
        assertThat(record.longBucket()).isEqualTo("testpic-1253970026");
        assertThat(record.eventName()).isEqualTo("cos:ObjectCreated:Put");
        assertThat(record.key()).isEqualTo("in/testfile");
        assertThat(JSON.readTree(record.event())).isEqualTo(JSON.readTree(COS));
    }

    @Test
    void aRecordInS3FormBecomesAnEventOfScf() throws MalformedNotificationException {
        CosRecord record = read(S3).get(0);
        JsonNode seen = JSON.readTree(record.event()).path("Records").path(0);

        assertThat(record.key()).isEqualTo("in/a bä.jpg");
        assertThat(record.eventName()).isEqualTo("cos:ObjectCreated:Put");
        assertThat(seen.at("/cos/cosObject/key").stringValue()).isEqualTo("/42/photos/in/a bä.jpg");
        assertThat(seen.at("/cos/cosObject/size").intValue()).isEqualTo(7);
        assertThat(seen.at("/cos/cosBucket/name").stringValue()).isEqualTo("photos");
        assertThat(seen.at("/event/eventTime").longValue()).isEqualTo(1_767_323_045L);
        assertThat(seen.at("/event/requestParameters/requestSourceIP").stringValue())
                .isEqualTo("10.0.0.1");
    }

    @Test
    void aNotificationSentTwiceHasTheSameDedupKeyAndAnotherHappeningHasNot() throws MalformedNotificationException {
        String again = read(COS).get(0).dedupKey();

        assertThat(read(COS).get(0).dedupKey()).isNotNull().isEqualTo(again);
        assertThat(read(COS.replace("179398952", "179398953")).get(0).dedupKey())
                .isNotEqualTo(again);
        assertThat(read(S3).get(0).dedupKey())
                .isNotEqualTo(read(S3.replace("0055", "0056")).get(0).dedupKey());
    }

    @Test
    void withoutAnythingThatTellsHappeningsApartEachIsExecuted() throws MalformedNotificationException {
        String bare = COS.replace(",\"reqid\":179398952", "").replace("NWMx", "");

        assertThat(read(bare).get(0).dedupKey()).isNull();
    }

    @Test
    void theTestNotificationOfAStoreHasNoRecords() throws MalformedNotificationException {
        assertThat(read("{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Bucket\":\"b\"}"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ObjectCreated:Copy | cos:ObjectCreated:Copy",
                "s3:ObjectRemoved:Delete | cos:ObjectRemove:Delete",
                "ObjectRemoved:DeleteMarkerCreated | cos:ObjectRemove:DeleteMarkerCreated",
                "ObjectRestore:Completed | cos:ObjectRestore:Completed",
            })
    void namesOfS3AreReadAsThoseOfCos(String s3, String cos) throws MalformedNotificationException {
        assertThat(read(S3.replace("ObjectCreated:Put", s3)).get(0).eventName()).isEqualTo(cos);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | a list named Records",
                "{} | a list named Records",
                "{\"Records\":[3]} | Records[0] is neither",
                "{\"Records\":[{\"cos\":{}}]} | Records[0].cos.cosBucket.name is missing",
                "{\"Records\":[{\"s3\":{\"bucket\":{\"name\":\"b\"}}}]} | Records[0].s3.object.key is missing",
            })
    void whatIsMissingIsNamed(String body, String reason) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(MalformedNotificationException.class)
                .hasMessageContaining(reason);
    }

    private static List<CosRecord> read(String body) throws MalformedNotificationException {
        return CosNotification.read(JSON.readTree(body));
    }
}
