package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.RecordedShell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dlq} and {@code replay} against a server that answers in the shapes of the HTTP interface. */
class DeadLetterCommandsTest {

    private static final String ID = "01f3c2d4-0000-8000-8000-5e6f7a8b9c0d";

    @TempDir
    private Path home;

    private ScriptedServer server;
    private RecordedShell shell;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        shell = new RecordedShell(home).with("MILLRACE_ENDPOINT", server.url());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(String... args) {
        shell.clear();
        return Millrace.run(shell.shell(), args);
    }

    @Test
    void deadLettersAreListedByWhatTheyHaveInCommonPageByPage() {
        String letter = """
                {"requestId":"%s","function":"hello","namespace":"default","trigger":"api","reason":"FAILED",
                 "error":{"code":430,"type":"KeyError","message":"'name'","stackTrace":""},"attempts":3,
                 "deadAt":"2026-03-04T05:06:05.000Z"}""".formatted(ID);
        server.on(
                        "GET /v1/dead-letters?function=hello&since=1h",
                        200,
                        "{\"items\":[" + letter + "],\"nextCursor\":\"7-1-0-0\"}")
                .on(
                        "GET /v1/dead-letters?function=hello&since=1h&cursor=7-1-0-0",
                        200,
                        "{\"items\":[" + letter + "],\"nextCursor\":null}");

        assertThat(run("dlq", "list", "--function", "hello", "--since", "1h")).isZero();

        assertThat(shell.out().lines()).hasSize(3);
        assertThat(shell.out()).contains("430 KeyError").contains(ID);
    }

    @Test
    void deadLettersAreGrouped() {
        server.on(
                "GET /v1/dead-letters?group=error",
                200,
                "{\"items\":[{\"function\":\"hello\",\"namespace\":\"other\",\"reason\":\"DEAD\",\"count\":12,"
                        + "\"error\":{\"code\":400,\"type\":\"EventUnreadable\"},\"newestDeadAt\":\"2026-03-04T05:06:05.000Z\","
                        + "\"requestId\":\"" + ID + "\"}],\"nextCursor\":null}");

        assertThat(run("dlq", "list", "--group")).isZero();

        assertThat(shell.out()).contains("12").contains("other/hello").contains("400 EventUnreadable");
    }

    @Test
    void deadLettersAreReplayedByIdOrByDescriptionAndNotByBothOrNeither() {
        String replayed = "{\"replayed\":[{\"requestId\":\"" + ID + "\",\"newRequestId\":\"new\"}],\"refused\":[],"
                + "\"matched\":3,\"remaining\":2,\"dryRun\":false}";
        server.on("POST /v1/dead-letters/replay", 202, replayed)
                .on("POST /v1/namespaces/other/dead-letters/replay", 202, replayed);

        assertThat(run("dlq", "replay", ID, "--event", "{\"n\":1.50}")).isZero();
        assertThat(server.asked().getLast().body())
                .isEqualTo("{\"requestIds\":[\"" + ID + "\"],\"event\":{\"n\":1.50}}");
        assertThat(shell.out()).contains("NEW REQUEST").contains("new");
        assertThat(shell.err()).contains("2 more are left");
        assertThat(run("dlq", "replay", "--function", "hello", "--rate", "10", "--dry-run", "-n", "other"))
                .isZero();
        assertThat(server.asked().getLast().body())
                .isEqualTo("{\"filter\":{\"function\":\"hello\"},\"dryRun\":true,\"rate\":10}");
        assertThat(run("dlq", "replay", "--all")).isZero();
        assertThat(server.asked().getLast().body()).isEqualTo("{\"filter\":{}}");
        int before = server.asked().size();
        assertThat(run("dlq", "replay")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).contains("--all");
        assertThat(run("dlq", "replay", ID, "--all")).isEqualTo(ExitCode.USAGE);
        assertThat(run("dlq", "drop")).isEqualTo(ExitCode.USAGE);
        assertThat(server.asked()).hasSize(before);
    }

    @Test
    void deadLettersAreDroppedAndShown() {
        server.on(
                        "POST /v1/dead-letters/drop",
                        200,
                        "{\"dropped\":[{\"requestId\":\"" + ID + "\"}],\"matched\":1,\"remaining\":0,\"dryRun\":false}")
                .on("GET /v1/dead-letters/" + ID, 200, "{\"requestId\":\"" + ID + "\",\"event\":{\"a\":1}}");

        assertThat(run("dlq", "drop", ID)).isZero();
        assertThat(shell.out()).contains(ID);
        assertThat(run("dlq", "show", ID)).isZero();
        assertThat(shell.out()).contains("\"a\" : 1");
    }

    @Test
    void anInvocationIsReplayedWithItsEventOrAnEditedOne() {
        server.on("POST /v1/invocations/" + ID + "/replay", 202, "{\"requestId\":\"new\",\"replayOf\":\"" + ID + "\"}");

        assertThat(run("replay", ID)).isZero();
        assertThat(shell.out()).isEqualTo("new\n");
        assertThat(server.asked().getLast().body()).isEmpty();
        assertThat(run("replay", ID, "--event", "[1]")).isZero();
        assertThat(server.asked().getLast().body()).isEqualTo("{\"event\":[1]}");
    }

    @Test
    void oneThatIsNotThereIsLookedForInTheList() {
        server.on("GET /v1/dead-letters/" + ID, 404, "{\"detail\":\"the invocation has left no dead letter\"}");

        assertThat(run("dlq", "show", ID)).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(shell.err())
                .isEqualTo("millrace: the invocation has left no dead letter\nNext: millrace dlq list\n");
    }
}
