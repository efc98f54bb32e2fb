package dev.millrace.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@link FunctionSpec} as JSON, the same names as in {@code function.yaml}. Thread-safe. */
public final class FunctionSpecJson {

    private static final Pattern HANDLER = Pattern.compile("[A-Za-z0-9_./:$-]{1,128}");
    private static final Pattern VARIABLE = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]*");
    private static final int MAX_ENVIRONMENT_BYTES = 4096;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private FunctionSpecJson() {}

    /**
     * Reads a definition and checks all of it. {@code src} and {@code triggers}, which belong to a deployment and not to
     * the function, are passed over.
     *
     * @throws InvalidDefinitionException listing every mistake
     */
    public static FunctionSpec read(JsonNode json) throws InvalidDefinitionException {
        return read(json, (function, destinations) -> List.of());
    }

    /**
     * The same, with the mistakes that only somebody who knows the other functions can see listed among the rest.
     *
     * @param known what is wrong with the destinations of this function
     */
    public static FunctionSpec read(JsonNode json, BiFunction<FunctionRef, Destinations, List<Mistake>> known)
            throws InvalidDefinitionException {
        List<Mistake> mistakes = new ArrayList<>();
        Fields fields = new Fields(json, "", mistakes);
        fields.ignore("src", "triggers", "description");
        String namespace = fields.text("namespace", FunctionRef.DEFAULT_NAMESPACE);
        if (!FunctionRef.isNamespace(namespace)) {
            fields.mistake("namespace", "must be 1 to 30 letters, digits, - or _, starting with a letter");
        }
        String name = fields.requiredText("name");
        if (fields.has("name") && !FunctionRef.isName(name)) {
            fields.mistake(
                    "name", "must be 2 to 60 letters, digits, - or _, start with a letter and not end with - or _");
        }
        String runtimeName = fields.requiredText("runtime");
        RuntimeKind runtime = runtime(fields, runtimeName);
        String handler = fields.text("handler", runtime == RuntimeKind.JAVA ? name : "index.main_handler");
        checkHandler(fields, runtime, handler);
        int memorySize = memorySize(fields);
        Duration timeout = fields.duration("timeout", FunctionSpec.DEFAULT_TIMEOUT, SECOND, DAY);
        Duration initTimeout = fields.duration(
                "initTimeout", FunctionSpec.DEFAULT_INIT_TIMEOUT, Duration.ofSeconds(3), Duration.ofSeconds(300));
        int concurrency = fields.number("concurrency", FunctionSpec.DEFAULT_CONCURRENCY, 0, 100_000);
        Map<String, String> environment = environment(fields);
        RetryPolicy retry = retry(fields);
        Duration resultTtl = resultTtl(fields);
        Destinations destinations = DestinationsJson.read(fields, namespace);
        QueueSpec queue = QueueSpecJson.read(fields);
        fields.refuseUnknown();
        if (FunctionRef.isNamespace(namespace) && FunctionRef.isName(name)) {
            mistakes.addAll(known.apply(new FunctionRef(namespace, name), destinations));
        }
        if (!mistakes.isEmpty()) {
            throw new InvalidDefinitionException(mistakes);
        }
        FunctionRef ref = new FunctionRef(namespace, name);
        return new FunctionSpec(
                ref,
                runtime,
                runtimeName,
                handler,
                memorySize,
                timeout,
                initTimeout,
                concurrency,
                environment,
                retry,
                resultTtl,
                destinations,
                queue);
    }

    /** The definition as {@link #read} takes it. */
    public static ObjectNode write(FunctionSpec spec) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", spec.ref().name());
        json.put("namespace", spec.ref().namespace());
        json.put("runtime", spec.runtimeName());
        json.put("handler", spec.handler());
        json.put("memorySize", spec.memorySize());
        json.put("timeout", DurationText.of(spec.timeout()));
        json.put("initTimeout", DurationText.of(spec.initTimeout()));
        json.put("concurrency", spec.concurrency());
        ObjectNode environment = json.putObject("environment");
        spec.sortedEnvironment().forEach(environment::put);
        RetryPolicy.Delay delay = spec.retry().delay();
        ObjectNode retry = json.putObject("retry");
        retry.put("retries", spec.retry().retries());
        if (delay.equals(RetryPolicy.Delay.fixed(delay.initial()))) {
            retry.put("delay", DurationText.of(delay.initial()));
        } else {
            ObjectNode growing = retry.putObject("delay");
            growing.put("initial", DurationText.of(delay.initial()));
            growing.put("factor", delay.factor());
            growing.put("max", DurationText.of(delay.max()));
            growing.put("jitter", delay.jitter());
        }
        retry.put("maxAge", DurationText.of(spec.retry().maxAge()));
        json.putObject("results").put("ttl", DurationText.of(spec.resultTtl()));
        DestinationsJson.write(spec.destinations(), json);
        QueueSpecJson.write(spec.queue(), json);
        return json;
    }

    private static RuntimeKind runtime(Fields fields, String name) {
        return RuntimeKind.ofText(name).orElseGet(() -> {
            if (fields.has("runtime")) {
                List<String> names = List.of("python3", "nodejs", "java", "custom", "web");
                fields.mistake(
                        "runtime",
                        "must be one of " + String.join(", ", names) + ", or SCF's name for it, not " + name
                                + NearMiss.of(name, names)
                                        .map(n -> "; did you mean " + n + "?")
                                        .orElse(""));
            }
            return RuntimeKind.PYTHON3;
        });
    }

    private static void checkHandler(Fields fields, RuntimeKind runtime, String handler) {
        boolean wellFormed = HANDLER.matcher(handler).matches();
        boolean scripted = runtime == RuntimeKind.PYTHON3 || runtime == RuntimeKind.NODEJS;
        if (!wellFormed || handler.contains("..") || handler.startsWith("/")) {
            fields.mistake("handler", "must name the entry point, such as index.main_handler, not " + handler);
        } else if (scripted && (handler.indexOf('.') < 1 || handler.endsWith("."))) {
            fields.mistake("handler", "must be file.function, such as index.main_handler, not " + handler);
        }
    }

    private static int memorySize(Fields fields) {
        int memory = fields.number("memorySize", FunctionSpec.DEFAULT_MEMORY, 64, 3072);
        if (memory != 64 && memory % 128 != 0) {
            fields.mistake("memorySize", "must be 64 or a multiple of 128 up to 3072 (MB), not " + memory);
        }
        return memory;
    }

    private static Map<String, String> environment(Fields fields) {
        Map<String, String> environment = fields.textMap("environment");
        int bytes = 0;
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            bytes += name.length() + variable.getValue().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
            if (!VARIABLE.matcher(name).matches()) {
                fields.mistake(
                        "environment." + name, "a variable's name has letters, digits and _, starting with a letter");
            } else if (name.startsWith("SCF_") || name.startsWith("QCLOUD_") || name.startsWith("TENCENTCLOUD_")) {
                fields.mistake(
                        "environment." + name, "names that begin with SCF_, QCLOUD_ or TENCENTCLOUD_ are reserved");
            }
        }
        if (bytes > MAX_ENVIRONMENT_BYTES) {
            fields.mistake("environment", "must stay below 4 KB, not " + bytes + " bytes");
        }
        return environment;
    }

    private static RetryPolicy retry(Fields fields) {
        Fields retry = fields.object("retry");
        if (retry == null) {
            return RetryPolicy.DEFAULT;
        }
        RetryPolicy standard = RetryPolicy.DEFAULT;
        int retries = retry.number("retries", standard.retries(), 0, 10);
        RetryPolicy.Delay delay = delay(retry, standard.delay());
        Duration maxAge = retry.duration("maxAge", standard.maxAge(), SECOND, Limits.EVENT_AGE);
        retry.refuseUnknown();
        return new RetryPolicy(retries, delay, maxAge);
    }

    private static RetryPolicy.Delay delay(Fields retry, RetryPolicy.Delay standard) {
        JsonNode node = retry.node("delay");
        if (node == null || !node.isObject()) {
            Duration fixed = retry.duration("delay", standard.initial(), Duration.ZERO, DAY);
            return RetryPolicy.Delay.fixed(fixed);
        }
        Fields delay = retry.object("delay");
        if (delay == null) {
            return standard;
        }
        Duration initial = delay.duration("initial", SECOND, Duration.ZERO, DAY);
        double factor = delay.decimal("factor", 2, 1, 10);
        Duration max = delay.duration("max", Duration.ofMinutes(5), Duration.ZERO, DAY);
        boolean jitter = delay.flag("jitter", true);
        if (max.compareTo(initial) < 0) {
            delay.mistake("max", "must not be shorter than initial");
        }
        delay.refuseUnknown();
        return new RetryPolicy.Delay(initial, factor, max, jitter);
    }

    private static Duration resultTtl(Fields fields) {
        Fields results = fields.object("results");
        if (results == null) {
            return FunctionSpec.DEFAULT_RESULT_TTL;
        }
        Duration ttl =
                results.duration("ttl", FunctionSpec.DEFAULT_RESULT_TTL, Duration.ofMinutes(1), Duration.ofDays(7));
        results.refuseUnknown();
        return ttl;
    }
}
