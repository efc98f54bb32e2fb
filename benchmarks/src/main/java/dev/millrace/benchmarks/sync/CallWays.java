package dev.millrace.benchmarks.sync;

import dev.millrace.benchmarks.stage.FrontDoor;
import dev.millrace.benchmarks.stage.Ground;
import dev.millrace.benchmarks.stage.Stage;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.program.HttpListener;
import dev.millrace.program.ListenerSettings;
import dev.millrace.program.Metrics;
import dev.millrace.program.Parts;
import dev.millrace.program.Route;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import redis.clients.jedis.Jedis;

/** The ways that are measured beside each other, on one broker and one Redis. */
final class CallWays implements AutoCloseable {

    static final String RAW = "raw loop";
    static final String RECORDED = "recorded raw loop";
    static final String SPRING = "spring";
    static final String MILLRACE = "millrace";
    static final String HTTP = "millrace over HTTP";

    private static final String PYTHON = "millrace, Python";
    private static final String BARE_HTTP = "bare HTTP";

    private static final String HANDLER = "nothing";
    private static final String SCRIPT = "script";
    private static final String SOURCE = "def main_handler(event, context):\n    return 0\n";

    private final Predicate<String> wanted;
    private final Parts parts = new Parts();
    private final List<CallWay> ways = new ArrayList<>();

    private CallWays(Predicate<String> wanted) {
        this.wanted = wanted;
    }

    /**
     * Opens them.
     *
     * @param callers how many there will be at once, at most
     * @param wanted which, by title
     */
    static CallWays open(Ground ground, Stage stage, int callers, Predicate<String> wanted) throws Exception {
        CallWays all = new CallWays(wanted);
        try {
            all.open(stage, ground, Math.max(2000, 2 * callers));
            return all;
        } catch (Exception e) {
            all.close();
            throw e;
        }
    }

    List<CallWay> all() {
        return List.copyOf(ways);
    }

    /** Whether a measure is one of Millrace. */
    static boolean isOurs(String measure) {
        return measure.contains(MILLRACE);
    }

    @Override
    public void close() {
        parts.close();
    }

    private void open(Stage stage, Ground ground, int concurrency) throws Exception {
        KafkaSettings kafka = stage.backing().kafkaSettings();
        TriggerDefinition handler = stage.define(HANDLER, concurrency);
        TriggerDefinition script = stage.deploy(SCRIPT, SOURCE, concurrency);
        FrontDoor door = parts.add("front door", FrontDoor.open(stage.backing()));
        parts.add("worker", worker(stage, ground));

        add(RAW, () -> new RawLoop(RAW, kafka, null));
        add(RECORDED, () -> new RawLoop(RECORDED, kafka, record(stage)));
        add(SPRING, () -> new SpringCalls(kafka));
        add(MILLRACE, () -> millrace(MILLRACE, stage, HANDLER, handler));
        add(PYTHON, () -> millrace(PYTHON, stage, SCRIPT, script));
        add(HTTP, () -> new HttpClientProcess(HTTP, door.invocations(HANDLER)));
        add(BARE_HTTP, () -> new HttpClientProcess(BARE_HTTP, bareHttp()));
    }

    private void add(String title, Callable<CallWay> way) throws Exception {
        if (wanted.test(title)) {
            ways.add(parts.add(title, way.call()));
        }
    }

    private RawRecord record(Stage stage) throws Exception {
        return parts.add(
                "record",
                new RawRecord(
                        stage.backing().kafkaSettings(),
                        new Jedis(stage.backing().redisSettings().uri())));
    }

    private static MillraceCalls millrace(String title, Stage stage, String function, TriggerDefinition trigger) {
        return new MillraceCalls(
                title,
                stage.backing().kafkaSettings(),
                stage.backing().redisSettings(),
                stage.function(function),
                trigger);
    }

    private static Worker worker(Stage stage, Ground ground) throws Exception {
        return Worker.builder()
                .kafka(stage.backing().kafkaSettings())
                .redis(stage.backing().redisSettings())
                .settings(WorkerSettings.defaults()
                        .withRuntimes(Set.of(RuntimeKind.PYTHON3))
                        .withCodeDirectory(ground.directory().resolve("code")))
                .handler(HANDLER, byte[].class, (event, context) -> 0)
                .start();
    }

    /** The HTTP server of the programs, with a route that answers at once. */
    private URI bareHttp() throws Exception {
        Metrics metrics = parts.add("metrics", new Metrics());
        HttpListener listener = parts.add(
                "bare HTTP",
                HttpListener.start(
                        "bare",
                        ListenerSettings.anyLoopbackPort(),
                        metrics,
                        List.of(() -> List.of(Route.post("/", 1 << 20, context -> {
                            byte[] event = context.bodyAsBytes();
                            context.result(event.length == 0 ? "" : "0");
                        })))));
        return listener.uri().resolve("/");
    }
}
