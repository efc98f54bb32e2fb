package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class DefinitionJsonTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final String FULL = """
            {"name":"resize","namespace":"photos","runtime":"Python3.10","handler":"index.main_handler","src":".",
             "memorySize":256,"timeout":"30s","initTimeout":"10s","concurrency":5,"environment":{"LEVEL":"info","N":3},
             "retry":{"retries":5,"delay":{"initial":"1s","factor":2,"max":"5m","jitter":true},"maxAge":"1h"},
             "results":{"ttl":"2d"},"triggers":[]}
            """;

    @Test
    void everyFieldIsRead() throws InvalidDefinitionException {
        FunctionSpec spec = FunctionSpecJson.read(JSON.readTree(FULL));

        assertThat(spec.ref()).isEqualTo(new FunctionRef("photos", "resize"));
        assertThat(spec.runtime()).isEqualTo(RuntimeKind.PYTHON3);
        assertThat(spec.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(spec.environment()).containsEntry("N", "3");
        assertThat(spec.retry().delay())
                .isEqualTo(new RetryPolicy.Delay(Duration.ofSeconds(1), 2, Duration.ofMinutes(5), true));
        assertThat(spec.resultTtl()).isEqualTo(Duration.ofDays(2));
        assertThat(FunctionSpecJson.read(FunctionSpecJson.write(spec))).isEqualTo(spec);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"deadLetter\":{\"function\":\"mend\"}}",
                "{\"deadLetter\":{\"trigger\":\"mend/photos\"},\"onSuccess\":{\"function\":\"tell\"}}",
                "{\"deadLetter\":{\"kafka\":{\"topic\":\"orders.dead\"}},\"onFailure\":{\"function\":\"mend\"}}"
            })
    void destinationsAreReadAsTheyAreWritten(String members) throws InvalidDefinitionException {
        FunctionSpec spec = FunctionSpecJson.read(JSON.readTree(
                "{\"name\":\"resize\",\"namespace\":\"photos\",\"runtime\":\"java\"," + members.substring(1)));

        assertThat(spec.destinations()).isNotEqualTo(Destinations.NONE);
        assertThat(spec.destinations().functions())
                .allMatch(ref -> ref.namespace().equals("photos"));
        assertThat(FunctionSpecJson.write(spec).toString()).contains(members.substring(1, members.length() - 1));
        assertThat(FunctionSpecJson.read(FunctionSpecJson.write(spec))).isEqualTo(spec);
    }

    @Test
    void mistakesInDestinationsAreListedWithTheRestAndWithWhatWasMeant() {
        InvalidDefinitionException refused = catchThrowableOfType(
                InvalidDefinitionException.class,
                () -> FunctionSpecJson.read(
                        JSON.readTree("""
                {"name":"resize","runtime":"java","concurrency":-1,
                 "deadLetter":{"functoin":"mend"},"onSuccess":{"function":7},"onFailure":{"function":"x"}}
                """),
                        (function, destinations) -> List.of(new Mistake("onSuccess.function", function + " unknown"))));

        assertThat(refused.mistakes())
                .extracting(Mistake::toString)
                .anyMatch(text -> text.startsWith("concurrency"))
                .anyMatch(text -> text.startsWith("deadLetter.functoin") && text.contains("did you mean function?"))
                .anyMatch(text -> text.startsWith("onSuccess.function: must be a text"))
                .anyMatch(text -> text.startsWith("onFailure.function: must be the name of a function"))
                .contains("onSuccess.function: default/resize unknown")
                .hasSize(5);
    }

    @Test
    void whatIsNotSaidTakesTheDefaultsOfScf() throws InvalidDefinitionException {
        FunctionSpec spec = FunctionSpecJson.read(JSON.readTree("{\"name\":\"hello\",\"runtime\":\"nodejs\"}"));

        assertThat(spec.handler()).isEqualTo("index.main_handler");
        assertThat(spec.memorySize()).isEqualTo(128);
        assertThat(spec.timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(spec.concurrency()).isEqualTo(300);
        assertThat(spec.retry()).isEqualTo(RetryPolicy.DEFAULT);
        assertThat(FunctionSpecJson.read(FunctionSpecJson.write(spec))).isEqualTo(spec);
    }

    @Test
    void allMistakesAreListedAtOnce() {
        InvalidDefinitionException refused =
                catchThrowableOfType(InvalidDefinitionException.class, () -> FunctionSpecJson.read(JSON.readTree("""
                {"name":"9","runtime":"pyton3","memorySize":100,"timout":"3s","concurrency":-1,
                 "environment":{"SCF_X":"1","a-b":"2"},"retry":{"retries":11,"delay":"soon"}}
                """)));

        assertThat(refused.mistakes())
                .extracting(Mistake::path)
                .containsExactlyInAnyOrder(
                        "name",
                        "runtime",
                        "memorySize",
                        "concurrency",
                        "environment.SCF_X",
                        "environment.a-b",
                        "retry.retries",
                        "retry.delay",
                        "timout");
        assertThat(refused).hasMessageContaining("did you mean python3?").hasMessageContaining("did you mean timeout?");
    }

    @Test
    void aDefinitionThatIsNoObjectIsRefused() {
        for (String json : List.of("[]", "3", "null", "\"x\"")) {
            assertThat(catchThrowableOfType(
                            InvalidDefinitionException.class, () -> FunctionSpecJson.read(JSON.readTree(json))))
                    .hasMessageContaining("must be an object");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'timer','cron':'0 0 2 30 2 * *'} | cron: never fires",
                "{'type':'timer','cron':'61 0 2 * * * *'} | cron:",
                "{'type':'timer'} | cron: is required",
                "{'type':'timer','cron':'0 0 2 * * * *','timezone':'Asia/Shanghay'} | did you mean Asia/Shanghai?",
                "{'type':'timer','cron':'0 0 2 * * * *','mesage':'x'} | did you mean message?",
                "{'type':'timer','cron':'0 0 2 * * * *','missed':'never'} | missed: must be once, skip or all",
                "{'type':'cos'} | bucket: is required",
                "{'type':'cos','bucket':'b','events':['cos:ObjectCreated:Putt']} | did you mean cos:ObjectCreated:Put?",
                "{'type':'cos','bucket':'b','suffix':'jpg'} | suffix: must begin with a dot",
                "{'type':'tmier','cron':'x'} | did you mean timer?",
                "{'type':'api'} | every function has its api trigger",
                "{'type':'kafka'} | not built yet",
                "{} | type: is required",
            })
    void aWrongTriggerIsRefusedWithItsReason(String json, String reason) {
        InvalidDefinitionException refused = catchThrowableOfType(
                InvalidDefinitionException.class,
                () -> TriggerSpecJson.read(JSON.readTree(json.replace('\'', '"')), NOW));

        assertThat(refused.mistakes().stream().map(Mistake::toString).collect(Collectors.joining("\n")))
                .contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'timer','cron':'0 0 2 * * * *','timezone':'UTC','message':'go','missed':'all','enabled':false}",
                "{'type':'cos','bucket':'photos','events':['cos:ObjectCreated:*'],'prefix':'in/','suffix':'.jpg'}",
            })
    void aTriggerReadsBackAsWritten(String json) throws InvalidDefinitionException {
        TriggerSpecJson.Read read = TriggerSpecJson.read(JSON.readTree(json.replace('\'', '"')), NOW);

        assertThat(TriggerSpecJson.read(TriggerSpecJson.write(read.spec(), read.enabled()), NOW))
                .isEqualTo(read);
    }

    @Test
    void aStoredScheduleThatHasFiredForTheLastTimeIsStillRead() throws InvalidDefinitionException {
        String past = "{\"type\":\"timer\",\"cron\":\"0 0 2 1 1 * 2020\"}";

        assertThat(TriggerSpecJson.readStored(JSON.readTree(past)).spec().type())
                .isEqualTo(TriggerType.TIMER);
        assertThat(catchThrowableOfType(
                        InvalidDefinitionException.class, () -> TriggerSpecJson.read(JSON.readTree(past), NOW)))
                .hasMessageContaining("never fires");
    }

    @ParameterizedTest
    @CsvSource({
        "photos, cos:ObjectCreated:Put, in/a.jpg, true",
        "photos, cos:ObjectCreated:Copy, in/b/c.jpg, true",
        "photos, cos:ObjectRemove:Delete, in/a.jpg, false",
        "others, cos:ObjectCreated:Put, in/a.jpg, false",
        "photos, cos:ObjectCreated:Put, out/a.jpg, false",
        "photos, cos:ObjectCreated:Put, in/a.png, false",
    })
    void aCosTriggerTakesWhatBucketTypePrefixAndSuffixAllow(String bucket, String event, String key, boolean taken) {
        TriggerSpec.Cos cos = new TriggerSpec.Cos("photos", List.of("cos:ObjectCreated:*"), "in/", ".jpg");

        assertThat(cos.matches(bucket, event, key)).isEqualTo(taken);
    }
}
