package dev.millrace.instances;

import static dev.millrace.instances.Workshop.log;
import static dev.millrace.instances.Workshop.returned;
import static dev.millrace.instances.Workshop.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PythonFunctionTest {
    private Workshop workshop;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        workshop = new Workshop(directory);
    }

    @AfterEach
    void close() {
        workshop.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"key\":\"value\"}", "[1,2.5,null,true]", "\"text\"", "17", "null", "{\"名\":\"磨坊 \\\" 🌊\"}"})
    void theEventIsAnyJsonAndTheResultIsWhatWasReturned(String event) throws Exception {
        InstancePool echo = workshop.python("def main_handler(event, context): return event");

        assertThat(JsonMapper.shared().readTree(returned(run(echo, event))))
                .isEqualTo(JsonMapper.shared().readTree(event));
    }

    @Test
    void theContextHasTheElevenFieldsOfScfToTheType() throws Exception {
        InstancePool function = workshop.python("def main_handler(event, context): return context");

        Run run = function.run("f03dc946-3df4-45a0-8e54-a8a4b1e7c8d9", "{}".getBytes(UTF_8));

        assertThat(returned(run)).isEqualTo("""
                {"memory_limit_in_mb": 128, "time_limit_in_ms": 30000, \
                "request_id": "f03dc946-3df4-45a0-8e54-a8a4b1e7c8d9", \
                "environment": "{\\"SCF_NAMESPACE\\":\\"shop\\"}", "environ": "SCF_NAMESPACE=shop;SCF_NAMESPACE=shop", \
                "function_version": "$LATEST", "function_name": "resize", "namespace": "shop", \
                "tencentcloud_region": "ap-guangzhou", "tencentcloud_appid": "1250000000", \
                "tencentcloud_uin": "100000000001"}""");
    }

    @Test
    void everyRunGetsAContextOfItsOwn() throws Exception {
        InstancePool function = workshop.python("""
                def main_handler(event, context):
                    seen = 'mine' in context
                    context['mine'] = True
                    return [seen, context['request_id']]
                """);

        assertThat(returned(function.run("first", "{}".getBytes(UTF_8)))).isEqualTo("[false, \"first\"]");
        assertThat(returned(function.run("second", "{}".getBytes(UTF_8)))).isEqualTo("[false, \"second\"]");
    }

    @Test
    void globalsAndTemporaryFilesSurviveWhileTheInstanceIsReused() throws Exception {
        InstancePool function = workshop.python("""
                import os, tempfile
                calls = 0
                def main_handler(event, context):
                    global calls
                    calls += 1
                    with open(os.path.join(tempfile.gettempdir(), 'f'), 'a') as f: f.write('x')
                    with open(os.path.join(tempfile.gettempdir(), 'f')) as f: return [calls, f.read()]
                """);

        Run cold = run(function, "{}");
        Run warm = run(function, "{}");

        assertThat(returned(cold)).isEqualTo("[1, \"x\"]");
        assertThat(returned(warm)).isEqualTo("[2, \"xx\"]");
        assertThat(cold.coldStart()).isNotNull();
        assertThat(cold.coldStart().initRuntime()).isPositive();
        assertThat(cold.coldStart().initFunction()).isPositive();
        assertThat(warm.coldStart()).isNull();
        assertThat(warm.memoryBytes()).isBetween(4_000_000L, 100_000_000L);
    }

    @Test
    void whatIsPrintedLoggedAndWrittenBySubprocessesIsTheLogInOrder() throws Exception {
        InstancePool function = workshop.python("""
                import logging, os, subprocess, sys
                print('while loading')
                def main_handler(event, context):
                    print('printed ü 水')
                    logging.getLogger('app').debug('logged')
                    subprocess.run(['echo', 'by a child'])
                    os.system('echo by a shell >&2')
                    print('to stderr', file=sys.stderr)
                    os.write(1, b'raw\\n')
                    print('no line end', end='')
                """);

        Run first = run(function, "{}");
        Run second = run(function, "{}");

        String lines = "printed ü 水\nlogged\nby a child\nby a shell\nto stderr\nraw\nno line end";
        assertThat(log(first)).isEqualTo("while loading\n" + lines);
        assertThat(log(second)).isEqualTo(lines);
    }

    @Test
    void aLogIsNeverAttributedToAnotherRun() throws Exception {
        InstancePool function = workshop.python("""
                def main_handler(event, context):
                    for line in range(event % 7 * 100): print(context['request_id'])
                """);

        for (int i = 0; i < 200; i++) {
            Run run = function.run("run-" + i, Integer.toString(i).getBytes(UTF_8));
            assertThat(log(run)).isEqualTo(("run-" + i + "\n").repeat(i % 7 * 100));
        }
    }

    @Test
    void anExceptionHasItsMessageAndAStackWithoutForeignFrames() throws Exception {
        InstancePool function = workshop.python("""
                def always_failed(): raise ValueError('I failed!')
                def main_handler(event, context):
                    print('before')
                    always_failed()
                """);

        Run run = run(function, "{}");

        assertThat(run.end()).isInstanceOfSatisfying(RunEnd.Raised.class, raised -> {
            assertThat(raised.message()).isEqualTo("ValueError: I failed!");
            assertThat(raised.stackTrace())
                    .startsWith("Traceback (most recent call last):\n  File \"")
                    .contains("index.py\", line 4, in main_handler", "index.py\", line 1, in always_failed")
                    .endsWith("ValueError: I failed!\n")
                    .doesNotContain("bootstrap");
            assertThat(raised.statusCode()).isEqualTo(430);
        });
        assertThat(log(run)).isEqualTo("before\n");
        assertThat(run(function, "{}").coldStart()).as("the instance is kept").isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sys.exit(3)|3",
                "os._exit(7)|7",
                "sys.exit()|0",
                "sys.exit('bye')|1",
                "os.kill(os.getpid(), 9)|137"
            })
    void endingTheProcessIsAnEndOfItsOwn(String statement, int exitCode) throws Exception {
        InstancePool function = workshop.python("""
                import os, sys
                def main_handler(event, context):
                    print('last words')
                    %s
                """.formatted(statement));

        Run run = run(function, "{}");

        assertThat(run.end()).isEqualTo(new RunEnd.Exited(exitCode, false));
        assertThat(run.end().statusCode()).isEqualTo(439);
        assertThat(log(run)).startsWith("last words\n");
        assertThat(function.idleCount()).isZero();
        assertThat(run(function, "{}").coldStart())
                .as("the next run gets a new instance")
                .isNotNull();
    }

    @Test
    void aHandlerThatIsMissingIsNotFound() throws Exception {
        assertEnd(
                workshop.python("def other(event, context): pass"),
                new RunEnd.HandlerNotFound("module 'index' has no function 'main_handler'"));
        assertEnd(
                workshop.pool(workshop.python().source("other.py", "").build()),
                new RunEnd.HandlerNotFound("there is no file index.py in the code package"));
        assertEnd(
                workshop.pool(workshop.python().handler("index").build()),
                new RunEnd.HandlerNotFound("'index' is not of the form file.function"));
    }

    @ParameterizedTest
    @CsvSource({
        "def main_handler(,SyntaxError",
        "import not_there,ModuleNotFoundError: No module named 'not_there'",
        "1/0,ZeroDivisionError: division by zero"
    })
    void codeThatCannotBeLoadedSaysWhy(String source, String message) throws Exception {
        Run run = run(workshop.python(source), "{}");

        assertThat(run.end()).isInstanceOfSatisfying(RunEnd.CodeNotLoaded.class, end -> {
            assertThat(end.message()).startsWith(message);
            assertThat(end.stackTrace()).contains("index.py\", line 1").doesNotContain("bootstrap", "importlib");
            assertThat(end.statusCode()).isEqualTo(443);
        });
        assertThat(run.coldStart()).isNotNull();
    }

    @Test
    void aProcessThatEndsWhileItIsLoadedIsToldApart() throws Exception {
        assertEnd(workshop.python("import sys; sys.exit(4)"), new RunEnd.Exited(4, true));
    }

    @Test
    void aHandlerMayLieInASubFolderAndBeNamedLikeALibrary() throws Exception {
        InstanceSpec nested = workshop.python()
                .source("_shims/handler.py", "from _shims import near\ndef handler(event, context): return near.value")
                .source("_shims/near.py", "value = 'near'")
                .handler("_shims/handler.handler")
                .build();
        InstanceSpec likeALibrary = workshop.python()
                .source("json.py", "def main(event, context): return 'mine'")
                .handler("json.main")
                .build();

        assertThat(returned(run(workshop.pool(nested), "{}"))).isEqualTo("\"near\"");
        assertThat(returned(run(workshop.pool(likeALibrary), "{}"))).isEqualTo("\"mine\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "decimal.Decimal('1.10') | \"1.10\"",
                "None | null",
                "'ü' | \"ü\"",
                "'\\ud800' | \"\\ud800\"",
                "'<&>' | \"<&>\"",
            })
    void resultsAreEncodedAsScfDoes(String expression, String json) throws Exception {
        InstancePool function =
                workshop.python("import decimal\ndef main_handler(event, context): return " + expression);

        assertThat(returned(run(function, "{}"))).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"object()", "{1, 2}", "float('nan')", "b'bytes'", "deep()", "ring()"})
    void aResultThatIsNotJsonIsANamedErrorAndTheInstanceGoesOn(String expression) throws Exception {
        InstancePool function = workshop.python("""
                def deep():
                    value = []
                    for _ in range(100000): value = [value]
                    return value
                def ring():
                    value = []
                    value.append(value)
                    return value
                def main_handler(event, context): return %s if event else 'fine'
                """.formatted(expression));

        assertThat(run(function, "1").end()).isInstanceOf(RunEnd.BadReturn.class);
        Run next = run(function, "0");
        assertThat(returned(next)).isEqualTo("\"fine\"");
        assertThat(next.coldStart()).isNull();
    }

    @Test
    void anEventThatIsNotJsonDoesNotReachTheHandler() throws Exception {
        InstancePool function = workshop.python("def main_handler(event, context): return 'called'");

        assertThat(run(function, "{").end()).isInstanceOf(RunEnd.BadEvent.class);
        assertThat(run(function, "[".repeat(100_000)).end()).isInstanceOf(RunEnd.BadEvent.class);
        assertThat(function.run("request-1", new byte[] {'"', (byte) 0xFF, '"'}).end())
                .isInstanceOf(RunEnd.BadEvent.class);
        assertThat(returned(run(function, "{}"))).isEqualTo("\"called\"");
    }

    @Test
    void payloadsMayBeAsLargeAsTheLimitAndNoLarger() throws Exception {
        InstancePool sized = workshop.python("def main_handler(event, context): return 'x' * event");
        InstancePool length = workshop.python("def main_handler(event, context): return len(event)");

        assertThat(returned(run(sized, Integer.toString(Frame.RESULT_LIMIT - 2))))
                .hasSize(Frame.RESULT_LIMIT);
        assertThat(run(sized, Integer.toString(Frame.RESULT_LIMIT - 1)).end())
                .isEqualTo(new RunEnd.ReturnTooLarge("6291457 bytes of JSON, at most 6291456 are allowed"));
        assertThat(returned(run(length, "\"" + "é".repeat(64 * 1024) + "\""))).isEqualTo("65536");
        assertThat(returned(run(length, "\"" + "e".repeat(Frame.RESULT_LIMIT - 2) + "\"")))
                .isEqualTo(Integer.toString(Frame.RESULT_LIMIT - 2));
        assertThatThrownBy(() -> sized.run("request-1", new byte[Frame.RESULT_LIMIT + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(returned(run(sized, "1"))).as("neither is left in between").isEqualTo("\"x\"");
    }

    @Test
    void anEndlessLogIsCutInTheMiddleAndTheRunTimesOut() throws Exception {
        InstancePool function = workshop.pool(workshop.python()
                .source("index.py", """
                        def main_handler(event, context):
                            print('the beginning')
                            while True: print('x' * 1000)
                        """)
                .timeout(Duration.ofMillis(500))
                .build());

        Run run = run(function, "{}");

        assertThat(run.end()).isEqualTo(new RunEnd.TimedOut(Duration.ofMillis(500)));
        assertThat(run.log()).hasSizeBetween(Instance.LOG_LIMIT, Instance.LOG_LIMIT + 100);
        assertThat(log(run)).startsWith("the beginning\n").contains("bytes of log left out");
    }

    @Test
    void memoryThatIsNotThereCostsTheInstance() throws Exception {
        InstancePool function = workshop.python("def main_handler(event, context): return 'x' * (1 << 60)");

        Run run = run(function, "{}");

        assertThat(run.end()).isEqualTo(new RunEnd.OutOfMemory(128, "MemoryError"));
        assertThat(run.end().statusCode()).isEqualTo(434);
        assertThat(function.idleCount()).isZero();
    }

    @Test
    void theEnvironmentIsTheFunctionsOwnAndScfsAndNothingElse() throws Exception {
        InstanceSpec spec = workshop.python()
                .source("index.py", """
                        import os, sys
                        def main_handler(event, context):
                            return {'env': dict(os.environ), 'cwd': os.getcwd(), 'stdin': sys.stdin.read(),
                                    'path': sys.path[0], 'tz': __import__('time').tzname[0],
                                    'fds': sorted(os.listdir('/proc/self/fd'))[:3]}
                        """)
                .environment(Map.of("GREETING", "hallo ü", "TZ", "Asia/Shanghai", "SCF_NAMESPACE", "forged"))
                .build();

        JsonNode seen = JsonMapper.shared().readTree(returned(run(workshop.pool(spec), "{}")));

        assertThat(seen.path("cwd").asString())
                .isEqualTo(spec.code().toRealPath().toString());
        assertThat(seen.path("path").asString()).isEqualTo(spec.code().toString());
        assertThat(seen.path("stdin").asString()).isEmpty();
        JsonNode environment = seen.path("env");
        assertThat(environment.propertyNames())
                .contains("PATH", "PYTHONPATH", "USER_CODE_ROOT", "SCF_RUNTIME", "TMPDIR", "LANG")
                .doesNotContain("JAVA_HOME", "TENCENTCLOUD_RUNENV", "TENCENTCLOUD_SECRETID");
        assertThat(environment.path("GREETING").asString()).isEqualTo("hallo ü");
        assertThat(environment.path("TZ").asString()).isEqualTo("Asia/Shanghai");
        assertThat(environment.path("SCF_NAMESPACE").asString()).as("reserved").isEqualTo("shop");
        assertThat(environment.path("SCF_FUNCTIONNAME").asString()).isEqualTo("resize");
    }

    @Test
    void itsChildrenDoNotGetHoldOfTheProtocol() throws Exception {
        InstancePool function = workshop.python("""
                import os, subprocess
                def main_handler(event, context):
                    return subprocess.run('echo spoofed >&4', shell=True, close_fds=False).returncode != 0
                """);

        assertThat(returned(run(function, "{}"))).isEqualTo("true");
    }

    @Test
    void aForkedChildThatComesBackFromTheHandlerDoesNotAnswer() throws Exception {
        InstancePool function = workshop.python("""
                import os
                def main_handler(event, context):
                    child = os.fork()
                    if child and event: os.waitpid(child, 0)
                    if not child and event == 2: raise ValueError('of the child')
                    return context['request_id']
                """);

        for (int i = 0; i < 20; i++) {
            byte[] event = Integer.toString(i % 3).getBytes(UTF_8);
            Run run = function.run("run-" + i, event);
            assertThat(returned(run)).isEqualTo("\"run-" + i + "\"");
            if (i % 3 == 2) {
                assertThat(log(run)).contains("ValueError: of the child");
            }
        }
    }

    @Test
    void aFunctionThatWritesIntoTheProtocolIsBroken() throws Exception {
        for (String bytes : List.of("b'garbage in the channel'", "b'\\\\0\\\\0\\\\0\\\\1zx'", "b'\\\\xff' * 100")) {
            InstancePool function = workshop.python("import os\ndef main_handler(event, context): os.write(4, %s)"
                    .formatted(bytes.replace("\\\\", "\\")));

            assertThat(run(function, "{}").end()).isInstanceOf(RunEnd.Broken.class);
            assertThat(function.idleCount()).isZero();
        }
    }

    @Test
    void aFunctionThatClosesTheProtocolIsBroken() throws Exception {
        InstancePool function = workshop.python("""
                import os, time
                def main_handler(event, context):
                    os.close(4)
                    time.sleep(30)
                """);

        assertThat(run(function, "{}").end()).isInstanceOf(RunEnd.Broken.class);
    }

    @Test
    void aFunctionThatClosesItsOutputStillAnswers() throws Exception {
        InstancePool function = workshop.python("""
                import os, sys
                def main_handler(event, context):
                    sys.stdout.close(); sys.stderr.close()
                    os.closerange(0, 3)
                    return 'quiet'
                """);

        assertThat(returned(run(function, "{}"))).isEqualTo("\"quiet\"");
        assertThat(returned(run(function, "{}"))).isEqualTo("\"quiet\"");
    }

    private static void assertEnd(InstancePool function, RunEnd end) throws InterruptedException {
        assertThat(run(function, "{}").end()).isEqualTo(end);
    }
}
