package dev.millrace.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.CommitNote;
import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.InvalidRequestIdException;
import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;
import dev.millrace.kafka.DeadLetterWriter;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.OutcomeWriter;
import dev.millrace.kafka.Stored;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.program.AcceptSettings;
import dev.millrace.program.Backends;
import dev.millrace.program.Health;
import dev.millrace.program.HttpListener;
import dev.millrace.program.InternalRoutes;
import dev.millrace.program.Json;
import dev.millrace.program.ListenerSettings;
import dev.millrace.program.Metrics;
import dev.millrace.program.StartException;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RedisSpace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A dispatcher on real backends, a client that talks to it, and the hand of a worker that ends invocations. */
public final class RunningDispatcher implements AutoCloseable {

    private static final String BOUNDARY = "----part";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Metrics metrics = new Metrics();
    private final Health health = new Health();
    private final KafkaSettings kafka;
    private final Dispatcher dispatcher;
    private final HttpListener listener;
    private final Registry registry;
    private final OutcomeWriter outcomes;
    private final DeadLetterWriter deadLetters;

    /** Starts one in these spaces. */
    public RunningDispatcher(KafkaSpace kafka, RedisSpace redis) throws StartException {
        this(backends(kafka, redis));
    }

    /** Starts one on these backends. */
    public RunningDispatcher(Backends backends) throws StartException {
        this(backends, Duration.ZERO);
    }

    /** Starts one that makes the books unasked. */
    public RunningDispatcher(Backends backends, Duration auditEvery) throws StartException {
        dispatcher = Dispatcher.start(
                backends,
                new Dispatcher.Policy(AcceptSettings.DEFAULT, auditEvery),
                Clock.systemUTC(),
                metrics,
                health);
        listener = HttpListener.start(
                "api",
                ListenerSettings.anyLoopbackPort(),
                metrics,
                List.of(
                        dispatcher.routes(),
                        () -> List.of(
                                new InternalRoutes(health, metrics).routes().getLast())));
        kafka = KafkaSettings.of(backends.kafka()).with(backends.topics());
        registry = Registry.start(kafka, Duration.ofSeconds(30));
        outcomes = new OutcomeWriter(kafka);
        deadLetters = new DeadLetterWriter(kafka, Duration.ofSeconds(30));
    }

    /** These spaces as a program is told of them. */
    public static Backends backends(KafkaSpace kafka, RedisSpace redis) {
        return new Backends(
                kafka.bootstrapServers(),
                Map.of(),
                new Topics(kafka.prefix()),
                redis.uri(),
                redis.prefix(),
                Duration.ofSeconds(30));
    }

    /** What it serves. */
    public Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Where it serves. */
    public URI uri(String path) {
        return listener.uri().resolve(path);
    }

    /** A client for requests that need more than the methods here. */
    public HttpClient client() {
        return client;
    }

    /** Creates a function whose handler some program brings. */
    public void deploy(String name) throws Exception {
        HttpResponse<String> answer = send("PUT", "/v1/functions/" + name, "{\"runtime\":\"java\"}");
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    }

    /** Hands in an event and returns its request ID. */
    public String accept(String function, String event) throws Exception {
        HttpResponse<String> answer = invoke(function, event);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return Json.MAPPER.readTree(answer.body()).get("requestId").stringValue();
    }

    /** Hands in an event. */
    public HttpResponse<String> invoke(String function, String event) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri("/v1/functions/" + function + "/invocations"))
                .header("Prefer", "respond-async")
                .POST(BodyPublishers.ofString(event))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, "");
    }

    public JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    public CompletableFuture<HttpResponse<String>> getLater(String path) {
        return client.sendAsync(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    public HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** Puts a function with a package. */
    public HttpResponse<String> upload(String function, String spec, byte[] zip)
            throws IOException, InterruptedException {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        part(form, "name=\"spec\"", spec.getBytes(StandardCharsets.UTF_8));
        part(form, "name=\"code\"; filename=\"code.zip\"", zip);
        form.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(uri("/v1/functions/" + function))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .PUT(BodyPublishers.ofByteArray(form.toByteArray()))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /** A zip with one file. */
    public static byte[] zip(String name, String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content.getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }

    /** A request ID that this installation could have issued, of an event that nobody has handed in yet. */
    public String idBehindTheEnd(String function) {
        int trigger = registry.view()
                .trigger(new TriggerRef(FunctionRef.of(function), TriggerRef.API))
                .orElseThrow()
                .number();
        return registry.view()
                .installation()
                .orElseThrow()
                .requestIds()
                .encode(new EventAddress(trigger, 0, 1_000_000))
                .toString();
    }

    /** What Kafka has of a function's asynchronous calls. */
    public StoredEvents stored(String function) {
        TriggerRef api = new TriggerRef(FunctionRef.of(function), TriggerRef.API);
        return new StoredEvents(kafka, registry.view().trigger(api).orElseThrow());
    }

    /** Commits an event as a worker would that is done with it and all before it. */
    public void commit(String requestId) throws Exception {
        EventAddress address = address(requestId);
        commit(address, new OffsetAndMetadata(address.offset() + 1));
    }

    /** Commits as a worker would that still runs the first of these events of one partition and is done with the others. */
    public void commitAllButTheFirst(List<EventAddress> events) {
        EventAddress first = events.getFirst();
        OffsetMap.Builder done = new OffsetMap.Builder(first.offset(), 4096);
        events.stream().skip(1).forEach(event -> done.done(event.offset(), event.offset() + 1));
        CommitNote note = new CommitNote(done.build(), CommitNote.UNKNOWN);
        commit(first, new OffsetAndMetadata(first.offset(), note.encode(4096)));
    }

    private void commit(EventAddress address, OffsetAndMetadata commit) {
        TopicPartition partition = new TopicPartition(kafka.topics().trigger(address.trigger()), address.partition());
        try (KafkaConsumer<byte[], byte[]> worker =
                new KafkaConsumer<>(kafka.consumer("worker", kafka.workersGroup()))) {
            worker.assign(List.of(partition));
            worker.commitSync(Map.of(partition, commit));
        }
    }

    /** Waits until an invocation is shown with this status. */
    public void awaitStatus(String requestId, String status) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> json("/v1/invocations/" + requestId)
                        .get("status")
                        .stringValue()
                        .equals(status));
    }

    /** Waits until an invocation has ended. */
    public void awaitEnd(String requestId) throws IOException, InterruptedException {
        assertThat(Status.valueOf(json("/v1/invocations/" + requestId + "?wait=30s")
                                .get("status")
                                .stringValue())
                        .isTerminal())
                .isTrue();
    }

    /** Where the event of a request lies. */
    public EventAddress address(String requestId) throws InvalidRequestIdException {
        return registry.view()
                .installation()
                .orElseThrow()
                .requestIds()
                .decode(requestId)
                .address();
    }

    /** Ends an invocation as a worker would: returned this, wrote that. */
    public void succeed(String requestId, String result, String userLog) throws Exception {
        Attempt attempt = new Attempt(1, System.currentTimeMillis(), 1500, null, "worker-1", 1024, null, 0);
        settle(requestId, Status.SUCCEEDED, attempt, result.getBytes(StandardCharsets.UTF_8), userLog);
    }

    /** Ends an attempt as a worker would: it raised, and another follows. */
    public void failAttempt(String requestId, int number, Status status, String userLog) throws Exception {
        long now = System.currentTimeMillis();
        AttemptError error = new AttemptError(430, "ValueError", "no good", "Traceback");
        long next = status.isTerminal() ? 0 : now + 60_000;
        settle(
                requestId,
                status,
                new Attempt(number, now, 1500, null, "worker-1", 1024, error, next),
                new byte[0],
                userLog);
    }

    /** Lets an invocation rest as a worker would that found it not to be due. */
    public void postpone(String requestId, long due) throws Exception {
        long now = System.currentTimeMillis();
        AttemptError why = new AttemptError(425, "NotDue", "too early", "");
        settle(requestId, Status.RETRYING, now, now, List.of(), new byte[0], why, "", due);
    }

    /** Leaves the dead letter of a failed invocation as a worker would, with this as its event. */
    public void bury(String requestId, String event) throws Exception {
        EventAddress address = registry.view()
                .installation()
                .orElseThrow()
                .requestIds()
                .decode(requestId)
                .address();
        TriggerRef ref =
                registry.view().trigger(address.trigger()).orElseThrow().ref();
        AttemptError error = new AttemptError(430, "ValueError", "no good", "Traceback");
        long now = System.currentTimeMillis();
        DeadLetter letter = new DeadLetter(address, ref, TriggerType.API, Status.FAILED, error, 3, now);
        EventHeader header = new EventHeader(
                now - 50,
                3,
                0,
                0,
                0,
                null,
                null,
                null,
                0,
                List.of(new Attempt(3, now - 40, 5, null, "w", 0, error, 0)));
        CompletableFuture<Long> buried = new CompletableFuture<>();
        deadLetters.bury(letter, header, event.getBytes(StandardCharsets.UTF_8), new Stored() {
            @Override
            public void stored(long offset) {
                buried.complete(offset);
            }

            @Override
            public void failed(Exception why) {
                buried.completeExceptionally(why);
            }
        });
        buried.get();
    }

    private void settle(String requestId, Status status, Attempt attempt, byte[] result, String userLog)
            throws Exception {
        settle(
                requestId,
                status,
                attempt.startedAt() - 5,
                attempt.endedAt(),
                List.of(attempt),
                result,
                attempt.error(),
                userLog,
                attempt.nextTryAt());
    }

    private void settle(
            String requestId,
            Status status,
            long acceptedAt,
            long endedAt,
            List<Attempt> attempts,
            byte[] result,
            @Nullable AttemptError error,
            String userLog,
            long nextTryAt)
            throws Exception {
        EventAddress address = address(requestId);
        TriggerRef ref = registry.view()
                .trigger(address.trigger())
                .map(trigger -> trigger.ref())
                .orElse(new TriggerRef(FunctionRef.of("gone"), "api"));
        OutcomeHeading heading = new OutcomeHeading(address.trigger(), address.partition(), ref, TriggerType.API);
        Outcome outcome = new Outcome(
                address,
                status,
                "$LATEST",
                acceptedAt,
                endedAt,
                3600,
                attempts,
                result,
                error,
                userLog.getBytes(StandardCharsets.UTF_8),
                null,
                nextTryAt);
        OutcomePack pack = new OutcomePack(heading);
        pack.add(OutcomePack.encode(outcome));
        CompletableFuture<Boolean> stored = new CompletableFuture<>();
        outcomes.append(heading, pack.toBytes(), new Stored() {
            @Override
            public void stored(long offset) {
                stored.complete(true);
            }

            @Override
            public void failed(Exception why) {
                stored.completeExceptionally(why);
            }
        });
        stored.get();
    }

    private static void part(ByteArrayOutputStream form, String disposition, byte[] content) {
        form.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(content);
        form.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        dispatcher.answerWaiting();
        listener.close();
        dispatcher.close();
        outcomes.close();
        deadLetters.close();
        registry.close();
        metrics.close();
    }
}
