package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.json.Json;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.RecordedShell;
import dev.millrace.contract.Topics;
import dev.millrace.dispatcher.Dispatcher;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.program.Backends;
import dev.millrace.program.Health;
import dev.millrace.program.HttpListener;
import dev.millrace.program.ListenerSettings;
import dev.millrace.program.Metrics;
import dev.millrace.program.Parts;
import dev.millrace.program.Routes;
import dev.millrace.redis.RedisSettings;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import dev.millrace.trigger.Adapters;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands against the three programs on a real Kafka and a real Redis, on one port as in {@code dev}. */
@RealBackends
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientCommandsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String WAIT = "--wait=50s";

    private final Parts parts = new Parts();

    @TempDir
    private Path home;

    private String endpoint;
    private RecordedShell shell;

    @BeforeAll
    void start(KafkaSpace kafka, RedisSpace redis, @TempDir Path code) throws Exception {
        Topics topics = new Topics(kafka.prefix());
        Backends backends =
                new Backends(kafka.bootstrapServers(), Map.of(), topics, redis.uri(), redis.prefix(), PATIENCE);
        KafkaSettings cluster = KafkaSettings.of(kafka.bootstrapServers()).with(topics);
        Metrics metrics = parts.add("metrics", new Metrics());
        Health health = new Health();
        Dispatcher dispatcher = parts.add("dispatcher", Dispatcher.start(backends, Clock.systemUTC(), metrics, health));
        Adapters adapters = parts.add("adapters", Adapters.start(cluster, metrics, health, PATIENCE));
        parts.add(
                "worker",
                Worker.builder()
                        .kafka(cluster)
                        .redis(new RedisSettings(redis.uri(), redis.prefix()))
                        .settings(WorkerSettings.defaults().withCodeDirectory(code))
                        .patience(PATIENCE)
                        .start());
        List<Routes> routes = new ArrayList<>(adapters.routes());
        routes.add(dispatcher.routes());
        HttpListener listener =
                parts.add("listener", HttpListener.start("api", ListenerSettings.anyLoopbackPort(), metrics, routes));
        endpoint = listener.uri().toString();
    }

    @AfterAll
    void stop() {
        parts.close();
    }

    @BeforeEach
    void shell() {
        shell = new RecordedShell(home).inRealTime().with("MILLRACE_ENDPOINT", endpoint);
    }

    private int run(String... args) {
        shell.clear();
        return Millrace.run(shell.shell(), args);
    }

    private void deployed(String name, String definition, String source) throws IOException {
        Path folder = Files.createDirectories(home.resolve(name));
        Files.writeString(folder.resolve("function.yaml"), "name: " + name + "\nruntime: python3\n" + definition);
        Files.writeString(folder.resolve("index.py"), source);
        assertThat(run("deploy", folder.toString())).as(shell.err()).isZero();
    }

    @Test
    void deployingTwiceChangesNothingAndPruningRemovesTriggers() throws IOException {
        String source = "def main_handler(event, context): return 1\n";
        String timer = "triggers: [{name: nightly, type: timer, cron: '0 0 2 * * * *'}]\n";
        deployed("again", timer, source);
        assertThat(shell.out().lines())
                .containsExactly("NAME           CHANGE", "again          created", "again/nightly  created");
        deployed("again", timer, source);
        assertThat(shell.out().lines())
                .containsExactly("NAME           CHANGE", "again          unchanged", "again/nightly  unchanged");
        deployed("again", timer, source + "# changed\n");
        assertThat(shell.out()).contains("again          updated").contains("again/nightly  unchanged");
        deployed("again", "", source);
        assertThat(shell.out()).contains("again/nightly  kept");
        assertThat(run("deploy", home.resolve("again").toString(), "--prune")).isZero();
        assertThat(shell.out()).contains("again/nightly  removed");
        assertThat(run("trigger", "get", "again/nightly")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void anEventGoesInAndItsResultLogAndEventComeOutByItsRequestId() throws IOException {
        deployed(
                "greet",
                "",
                "def main_handler(event, context):\n    print('met', event['name'])\n    return {'hi': event['name']}\n");
        assertThat(run("invoke", "greet", "-d", "{\"name\" : \"Ada\"}", "--async"))
                .isZero();
        String id = shell.out().strip();
        assertThat(run("result", id, WAIT, "-o", "json")).as(shell.err()).isZero();
        JsonNode invocation = Json.read(shell.out());
        assertThat(invocation.path("status").asString()).isEqualTo("SUCCEEDED");
        assertThat(Json.compact(invocation.path("result"))).isEqualTo("{\"hi\":\"Ada\"}");
        assertThat(run("logs", id)).isZero();
        assertThat(shell.out()).startsWith("START RequestId:" + id).contains("\nmet Ada\n");
        assertThat(run("event", id)).isZero();
        assertThat(shell.out()).isEqualTo("{\"name\" : \"Ada\"}");
        assertThat(run("logs", id, "-f")).isZero();
        assertThat(shell.out()).contains("\nmet Ada\n");
        assertThat(shell.err()).isEqualTo("ended as SUCCEEDED\n");
    }

    @Test
    void aFunctionThatFailsIsToldByTheExitCode() throws IOException {
        deployed("fail", "retry: {retries: 0}\n", "def main_handler(event, context): return event['name']\n");
        assertThat(run("invoke", "fail", "--async", WAIT, "--tail")).isEqualTo(ExitCode.FUNCTION_FAILED);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).contains("ERROR RequestId:").contains("millrace: fail ended as FAILED: 430 KeyError");
    }

    @Test
    void aWaitThatEndsFirstPrintsTheRequestIdAndTheLogCanBeFollowedToTheEnd() throws IOException {
        deployed(
                "slow",
                "timeout: 20s\n",
                "import time\ndef main_handler(event, context):\n    time.sleep(2)\n    return 'late'\n");
        assertThat(run("invoke", "slow", "--async", "--wait=1ms")).isEqualTo(ExitCode.STILL_RUNNING);
        String id = shell.out().strip();
        assertThat(run("logs", id, "-f")).as(shell.err()).isZero();
        assertThat(shell.out()).contains("RetMsg:\"late\"");
        assertThat(run("result", id, WAIT)).isZero();
        assertThat(shell.out()).contains("Status    SUCCEEDED").contains("Result    \"late\"");
    }

    @Test
    void timersAreFiredSwitchedAndForeseen() throws IOException {
        deployed(
                "report",
                "triggers: [{name: nightly, type: timer, cron: '0 0 2 * * * *', message: go}]\n",
                "def main_handler(event, context): return event['Message']\n");
        assertThat(run("trigger", "fire", "report/nightly")).as(shell.err()).isZero();
        assertThat(run("result", shell.out().strip(), WAIT)).as(shell.err()).isZero();
        assertThat(shell.out()).contains("Result    \"go\"");
        assertThat(run("trigger", "next", "report/nightly", "--count", "3", "-o", "jsonl"))
                .isZero();
        assertThat(shell.out().lines()).hasSize(3).allMatch(tick -> tick.contains("T18:00:00"));
        assertThat(run("trigger", "disable", "report/nightly")).isZero();
        assertThat(run("trigger", "get", "report/nightly", "-o", "json")).isZero();
        assertThat(Json.read(shell.out()).path("enabled").asBoolean()).isFalse();
        assertThat(run("trigger", "enable", "report/nightly")).isZero();
        assertThat(shell.err()).isEqualTo("report/nightly is switched on\n");
    }

    @Test
    void anEmittedEventReachesItsFunction() throws IOException {
        deployed(
                "thumbs",
                "triggers: [{name: photos, type: cos, bucket: photos, prefix: in/, suffix: .jpg}]\n",
                "def main_handler(event, context): return event['Records'][0]['cos']['cosObject']['key']\n");
        assertThat(run("emit", "cos", "--bucket", "photos", "--key", "in/cat.jpg", "-o", "jsonl"))
                .isZero();
        String id = Json.read(shell.out()).path("requestId").asString();
        assertThat(run("result", id, WAIT)).as(shell.err()).isZero();
        assertThat(shell.out()).contains("Result    \"/1250000000/photos/in/cat.jpg\"");
        assertThat(run("emit", "cos", "--bucket", "photos", "--key", "out/cat.jpg"))
                .isZero();
        assertThat(shell.err()).startsWith("nobody watches photos");
    }

    @Test
    void aCallIsAnsweredWithWhatTheFunctionReturned() throws IOException {
        deployed("sync", "", "def main_handler(event, context):\n    print('seen')\n    return event['n'] + 1\n");
        assertThat(run("invoke", "sync", "-d", "{\"n\":41}", "--tail"))
                .as(shell.err())
                .isZero();
        assertThat(shell.out().strip()).isEqualTo("42");
        assertThat(shell.err()).contains("seen");
        assertThat(run("invoke", "sync", "-d", "{}")).isEqualTo(ExitCode.FUNCTION_FAILED);
        assertThat(shell.err()).contains("KeyError");
    }

    @Test
    void whatIsGivenUpIsADeadLetterAndRunsAgainWhenTheFunctionIsMended() throws IOException {
        String policy = "retry: {retries: 0}\n";
        deployed("mended", policy, "def main_handler(event, context): raise ValueError('no good')\n");
        run("invoke", "mended", "-d", "{\"n\":1}", "--async", "-o", "jsonl");
        String id = Json.read(shell.out()).get("requestId").stringValue();
        assertThat(run("result", id, WAIT)).isEqualTo(ExitCode.FUNCTION_FAILED);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        do {
            run("dlq", "list", "--function", "mended", "-o", "jsonl");
        } while (!shell.out().contains(id) && System.nanoTime() - deadline < 0);
        assertThat(run("dlq", "show", id, "-o", "jsonl")).isZero();
        assertThat(Json.read(shell.out()).at("/event/n").intValue()).isEqualTo(1);
        assertThat(Json.read(shell.out()).at("/error/type").stringValue()).isEqualTo("ValueError");

        deployed("mended", policy, "def main_handler(event, context): return event['n'] + 1\n");
        assertThat(run("dlq", "replay", "--function", "mended", "-o", "jsonl")).isZero();

        String again = Json.read(shell.out()).get("newRequestId").stringValue();
        assertThat(run("result", again, WAIT)).as(shell.err()).isZero();
        assertThat(shell.out()).contains("Result    2");
        assertThat(run("dlq", "list", "--function", "mended", "-o", "jsonl")).isZero();
        assertThat(shell.out()).isEmpty();
        assertThat(run("replay", id, "--event", "{\"n\":41}")).isZero();
        assertThat(run("result", shell.out().strip(), WAIT)).as(shell.err()).isZero();
        assertThat(shell.out()).contains("Result    42");
    }

    @Test
    void aReplayAtARateRunsItsEventsAtThatRate() throws IOException {
        String policy = "retry: {retries: 0}\n";
        deployed("paced", policy, "def main_handler(event, context): raise ValueError('no good')\n");
        for (int n = 0; n < 3; n++) {
            assertThat(run("invoke", "paced", "--async", WAIT)).isEqualTo(ExitCode.FUNCTION_FAILED);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        do {
            run("dlq", "list", "--function", "paced", "-o", "jsonl");
        } while (shell.out().lines().count() < 3 && System.nanoTime() - deadline < 0);

        deployed("paced", policy, "def main_handler(event, context): return 1\n");
        assertThat(run("dlq", "replay", "--function", "paced", "--rate", "1", "-o", "jsonl"))
                .as(shell.err())
                .isZero();

        List<String> replays = shell.out()
                .lines()
                .map(line -> Json.read(line).get("newRequestId").stringValue())
                .toList();
        assertThat(replays).hasSize(3);
        for (int n = 0; n < 3; n++) {
            assertThat(run("result", replays.get(n), WAIT, "-o", "json"))
                    .as(shell.err())
                    .isZero();
            JsonNode ended = Json.read(shell.out());
            assertThat(Instant.parse(ended.get("startedAt").stringValue()))
                    .isAfterOrEqualTo(
                            Instant.parse(ended.get("acceptedAt").stringValue()).plusSeconds(n));
        }
    }

    @Test
    void whatIsNotThereIsNotFoundAndTheNameThatWasMeantIsTold() throws IOException {
        deployed("hello", "", "def main_handler(event, context): return 1\n");
        assertThat(run("invoke", "helo", "--async")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(shell.err()).contains("did you mean hello?");
        assertThat(run("result", "not-an-id")).isEqualTo(ExitCode.USAGE);
        assertThat(run("workers", "drain", "nobody")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run("fn", "rm", "hello")).isZero();
        assertThat(run("fn", "get", "hello")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void queuesWorkersAndPartsAreShown() throws IOException {
        deployed("shown", "", "def main_handler(event, context): return 1\n");
        assertThat(run("queue", "list", "-o", "jsonl")).isZero();
        assertThat(shell.out()).contains("\"function\":\"shown\"");
        assertThat(run("queue", "scaling", "shown")).isZero();
        assertThat(shell.out()).contains("0 could run now");
        assertThat(run("workers", "list")).isZero();
        assertThat(shell.out()).contains("SLOTS");
        shell.with("PATH", System.getenv("PATH"));
        run("doctor");
        assertThat(shell.out())
                .containsPattern("server +ok +" + endpoint)
                .containsPattern("server: kafka +ok")
                .containsPattern("clock +ok");
    }
}
