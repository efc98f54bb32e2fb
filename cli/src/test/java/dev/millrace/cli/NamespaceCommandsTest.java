package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.RecordedShell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code namespace} against a server that answers in the shapes of the HTTP interface. */
class NamespaceCommandsTest {

    private static final String LIMITED =
            "{\"name\":\"shop\",\"concurrency\":40,\"rate\":{\"perSecond\":2.5,\"burst\":3},\"revision\":7}";

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
    void limitsAreShown() {
        server.on("GET /v1/namespaces/shop", 200, LIMITED)
                .on("GET /v1/namespaces/default", 200, "{\"name\":\"default\",\"concurrency\":null,\"rate\":null}");

        assertThat(run("namespace", "show", "-n", "shop")).isZero();
        assertThat(shell.out()).isEqualTo("shop: at most 40 runs at once, 2.5 events a second, 3 at once\n");
        assertThat(run("namespace", "show")).isZero();
        assertThat(shell.out()).isEqualTo("default: any number of runs, events at any rate\n");
    }

    @Test
    void whatIsNotNamedStaysAndNobodysChangeIsUndone() {
        server.on("GET /v1/namespaces/shop", 200, LIMITED).on("PUT /v1/namespaces/shop", 200, LIMITED);

        assertThat(run("namespace", "limit", "-n", "shop", "--concurrency", "12"))
                .isZero();

        ScriptedServer.Asked put = server.asked("PUT /v1/namespaces/shop");
        assertThat(put.body()).isEqualTo("{\"concurrency\":12,\"rate\":{\"perSecond\":2.5,\"burst\":3}}");
        assertThat(header(put, "If-match")).containsExactly("\"7\"");
        assertThat(shell.out()).contains("at most 40 runs");
    }

    @Test
    void limitsAreLifted() {
        server.on("GET /v1/namespaces/shop", 200, LIMITED).on("PUT /v1/namespaces/shop", 200, LIMITED);

        assertThat(run("namespace", "limit", "-n", "shop", "--concurrency", "none", "--rate", "none"))
                .isZero();

        assertThat(server.asked("PUT /v1/namespaces/shop").body()).isEqualTo("{}");
    }

    @Test
    void theFirstLimitIsSetWhereNothingWasSaid() {
        server.on("GET /v1/namespaces/default", 200, "{\"name\":\"default\",\"concurrency\":null,\"rate\":null}")
                .on("PUT /v1/namespaces/default", 201, LIMITED);

        assertThat(run("namespace", "limit", "--rate", "0.5", "--burst", "4")).isZero();

        ScriptedServer.Asked put = server.asked("PUT /v1/namespaces/default");
        assertThat(put.body()).isEqualTo("{\"rate\":{\"perSecond\":0.5,\"burst\":4}}");
        assertThat(header(put, "If-none-match")).containsExactly("*");
    }

    @Test
    void whatCannotBeMeantIsRefusedBeforeAnythingIsAsked() {
        assertThat(run("namespace", "limit")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).contains("--concurrency, --rate or both");
        assertThat(run("namespace", "limit", "--concurrency", "1", "--burst", "4"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).contains("--burst belongs to a --rate");
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void aNumberThatIsNoneIsNamed() {
        server.on("GET /v1/namespaces/default", 200, "{\"name\":\"default\",\"concurrency\":null,\"rate\":null}");

        assertThat(run("namespace", "limit", "--rate", "fast")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).contains("--rate is a number or none, not 'fast'");
    }

    private static List<String> header(ScriptedServer.Asked asked, String name) {
        return asked.headers().getOrDefault(name, List.of());
    }
}
