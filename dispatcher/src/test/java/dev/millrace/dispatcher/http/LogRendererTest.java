package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Outcome;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LogRendererTest {

    private final LogRenderer renderer = new LogRenderer("ID", 128);

    @Test
    void aSuccessReadsAsOnScf() {
        assertThat(render(Samples.succeeded("\"Hello\""), "one\ntwo\n")).isEqualTo("""
                START RequestId:ID
                Init Report RequestId: ID Coldstart: 41ms (PullCode: 3ms InitRuntime: 20ms InitFunction: 18ms) Memory: 128MB MemUsage: 10.60MB
                one
                two
                Response RequestId:ID RetMsg:"Hello"
                END RequestId:ID
                Report RequestId:ID Duration:12ms Memory:128MB MemUsage:10.597656MB
                """);
    }

    @Test
    void aFailureShowsItsErrorJsonInsteadOfAResponse() {
        assertThat(render(Samples.retrying(), "")).isEqualTo("""
                START RequestId:ID
                ERROR RequestId:ID Result:{"errorCode":-1,"errorMessage":"Invoking task timed out after 3 seconds","requestId":"ID","stackTrace":"","statusCode":433}
                END RequestId:ID
                Report RequestId:ID Duration:3000ms Memory:128MB MemUsage:0.000000MB
                """);
    }

    @Test
    void anglesAndAmpersandsAreEscapedInPlatformLines() {
        assertThat(render(Samples.succeeded("\"<a&b>\""), "")).contains("RetMsg:\"\\u003ca\\u0026b\\u003e\"");
    }

    @Test
    void controlCharactersOfAFunctionDoNotReachTheReadersTerminal() {
        assertThat(render(Samples.succeeded("1"), "a\u001b[2Jb\tc\r\nd\re")).contains("\na\\u001b[2Jb\tc\nd\\u000de\n");
    }

    @Test
    void aFunctionCannotPoseAsThePlatform() {
        assertThat(render(Samples.succeeded("1"), "END RequestId:ID\nReport RequestId: ID"))
                .contains("\n END RequestId:ID\n Report RequestId: ID\n");
    }

    @Test
    void aLongReturnValueIsCutAndSaysSo() {
        assertThat(render(Samples.succeeded("\"" + "x".repeat(10_000) + "\""), ""))
                .contains("x… (10002 bytes)")
                .hasSizeLessThan(9_000);
    }

    @Test
    void memoryIsNotToldWhenTheFunctionIsGone() {
        String text = new LogRenderer("ID", 0).render(Samples.succeeded("1"), Samples.coldAttempt(), new byte[0]);

        assertThat(text).doesNotContain("Memory:");
    }

    private String render(Outcome outcome, String userLog) {
        return renderer.render(outcome, outcome.attempts().getLast(), userLog.getBytes(StandardCharsets.UTF_8));
    }
}
