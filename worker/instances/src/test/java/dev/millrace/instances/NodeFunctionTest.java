package dev.millrace.instances;

import static dev.millrace.instances.Workshop.log;
import static dev.millrace.instances.Workshop.returned;
import static dev.millrace.instances.Workshop.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class NodeFunctionTest {
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
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "(event, context) => 'ü 🌊'                                                  | \"ü 🌊\"",
                "async (event, context) => ({a: 1})                                          | {\"a\":1}",
                "(event, context) => {}                                                      | null",
                "(event, context) => 0                                                       | 0",
                "(event, context, callback) => callback(null, [1])                           | [1]",
                "(event, context, callback) => { setTimeout(() => callback(null, 'late'), 5) } | \"late\"",
                "(event, context, callback) => { callback(null, 1); callback(null, 2) }      | 1",
                "(event, context, callback) => { callback(null, 1); return 2 }               | 1",
                "(event, context, callback) => { /* nothing will ever come */ }              | null",
                "(event, context) => { setTimeout(() => context.succeed('s'), 5) }           | null",
                "(event, context) => { const s = context.succeed; setTimeout(() => s('s'), 5) } | \"s\"",
                "(event, context) => context.done(null, 'd')                                 | \"d\"",
                "(event, context) => ({then: resolve => resolve('thenable')})                | \"thenable\"",
                "async (event, context) => event                                             | {}",
                "(event, context) => new Date(0)                                             | \"1970-01-01T00:00:00.000Z\"",
            })
    void theFirstAnswerInAnyStyleIsTheResult(String handler, String json) throws Exception {
        InstancePool function = workshop.node("exports.main_handler = " + handler);

        assertThat(returned(run(function, "{}"))).isEqualTo(json);
        assertThat(returned(run(function, "{}"))).as("a second time").isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "() => { throw new TypeError('thrown') }                                | TypeError: thrown",
                "async () => { throw new Error('rejected') }                            | Error: rejected",
                "(event, context, callback) => callback(new Error('called back'))       | Error: called back",
                "(event, context, callback) => callback('just text')                    | just text",
                "(event, context) => context.fail(new Error('failed'))                  | Error: failed",
                "(e, c, callback) => { setTimeout(() => { throw new Error('later') }) } | Error: later",
                "(e, c, callback) => { Promise.reject(new Error('nobody waits')); setTimeout(callback, 9999) } | Error: nobody waits",
                "() => new Promise(() => {}) | Error: the promise the handler returned can never be settled: nothing is pending any more",
            })
    void aFailureInAnyStyleIsRaised(String handler, String message) throws Exception {
        InstancePool function = workshop.node("exports.main_handler = " + handler);

        Run run = run(function, "{}");

        assertThat(run.end()).isInstanceOfSatisfying(RunEnd.Raised.class, raised -> {
            assertThat(raised.message()).isEqualTo(message);
            assertThat(raised.stackTrace()).doesNotContain("bootstrap.js:");
        });
        assertThat(run(function, "{}").coldStart()).as("the instance is kept").isNull();
    }

    @Test
    void theContextHasScfsFieldsAndNodesFunctions() throws Exception {
        InstancePool function = workshop.node("""
                exports.main_handler = (event, context) => {
                  const left = context.getRemainingTimeInMillis();
                  return [context, context.getContext(), left > 29000 && left <= 30000,
                          context.callbackWaitsForEmptyEventLoop, typeof context.done];
                }
                """);

        JsonNode seen = JsonMapper.shared().readTree(returned(function.run("req-7", "{}".getBytes(UTF_8))));

        assertThat(seen.path(0).path("request_id").asString()).isEqualTo("req-7");
        assertThat(seen.path(1).propertyNames())
                .containsExactly(
                        "memory_limit_in_mb",
                        "time_limit_in_ms",
                        "request_id",
                        "environment",
                        "environ",
                        "function_version",
                        "function_name",
                        "namespace",
                        "tencentcloud_region",
                        "tencentcloud_appid",
                        "tencentcloud_uin");
        assertThat(seen.path(1).path("memory_limit_in_mb").isInt()).isTrue();
        assertThat(seen.path(2).asBoolean()).isTrue();
        assertThat(seen.path(3).asBoolean()).isTrue();
        assertThat(seen.path(4).asString()).isEqualTo("function");
    }

    @Test
    void consoleLinesCarryTimeAndRequestAndChildrenWriteIntoTheSameLog() throws Exception {
        InstancePool function = workshop.node("""
                const { execSync } = require('child_process');
                exports.main_handler = () => {
                  console.log('a %s %j', 'b', {c: 1});
                  console.error('to stderr');
                  process.stdout.write('raw ü\\n');
                  execSync('echo by a child', {stdio: 'inherit'});
                }
                """);

        String stamp = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\t";
        for (String id : new String[] {"req-1", "req-2"}) {
            assertThat(log(function.run(id, "{}".getBytes(UTF_8))))
                    .matches(stamp + id + "\ta b \\{\"c\":1}\n" + stamp + id + "\tto stderr\nraw ü\nby a child\n");
        }
    }

    @Test
    void theResultIsGivenAtOnceAndPendingWorkGoesOn() throws Exception {
        InstancePool function = workshop.node("""
                let done = 0;
                exports.main_handler = async (event) => {
                  if (event.ask) { while (done === 0) await new Promise(r => setTimeout(r, 1)); return done; }
                  setTimeout(() => { done++; console.log('afterwards') }, 20);
                  return 'at once';
                }
                """);

        assertThat(returned(run(function, "{}"))).isEqualTo("\"at once\"");
        Run asked = run(function, "{\"ask\":true}");
        assertThat(returned(asked)).isEqualTo("1");
        assertThat(log(asked)).contains("afterwards");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10n", "Symbol('s')", "() => 1", "(() => { const a = []; a.push(a); return a })()"})
    void aResultThatIsNotJsonIsANamedError(String expression) throws Exception {
        InstancePool function =
                workshop.node("exports.main_handler = (event) => event ? (" + expression + ") : 'fine'");

        assertThat(run(function, "1").end()).isInstanceOf(RunEnd.BadReturn.class);
        Run next = run(function, "0");
        assertThat(returned(next)).isEqualTo("\"fine\"");
        assertThat(next.coldStart()).isNull();
    }

    @Test
    void aFullHeapIsOutOfMemory() throws Exception {
        InstancePool function = workshop.node("""
                exports.main_handler = () => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); }
                """);

        Run run = run(function, "{}");

        assertThat(run.end()).isEqualTo(new RunEnd.OutOfMemory(128, "the JavaScript heap is full"));
        assertThat(log(run)).contains("JavaScript heap out of memory");
        assertThat(function.idleCount()).isZero();
    }

    @Test
    void endingTheProcessIsAnEndOfItsOwn() throws Exception {
        InstancePool function = workshop.node("exports.main_handler = () => { console.log('bye'); process.exit(5) }");

        Run run = run(function, "{}");

        assertThat(run.end()).isEqualTo(new RunEnd.Exited(5, false));
        assertThat(log(run)).endsWith("\tbye\n");
    }

    @Test
    void whatCannotBeLoadedSaysWhy() throws Exception {
        assertThat(run(workshop.node("exports.main_handler = ("), "{}").end())
                .isInstanceOfSatisfying(RunEnd.CodeNotLoaded.class, end -> {
                    assertThat(end.message()).startsWith("SyntaxError");
                    assertThat(end.stackTrace()).contains("index.js:1");
                });
        assertThat(run(workshop.node("require('not-there')"), "{}").end())
                .isInstanceOfSatisfying(
                        RunEnd.CodeNotLoaded.class,
                        end -> assertThat(end.message()).contains("Cannot find module 'not-there'"));
        assertThat(run(workshop.node("exports.other = 1"), "{}").end())
                .isEqualTo(new RunEnd.HandlerNotFound("index exports no function 'main_handler'"));
        assertThat(run(workshop.pool(workshop.node().build()), "{}").end())
                .isEqualTo(new RunEnd.HandlerNotFound("there is no file index.js in the code package"));
        assertThat(run(workshop.node("process.exit(9)"), "{}").end()).isEqualTo(new RunEnd.Exited(9, true));
    }

    @Test
    void handlersMayBeModulesInSubFolders() throws Exception {
        InstanceSpec module = workshop.node()
                .source("src/app.mjs", "export const main = async (event) => import.meta.url.endsWith('app.mjs')")
                .handler("src/app.main")
                .build();
        InstanceSpec bundled = workshop.node()
                .source("index.js", "exports.main_handler = () => require('local').name")
                .source("node_modules/local/index.js", "exports.name = 'found'")
                .build();

        assertThat(returned(run(workshop.pool(module), "{}"))).isEqualTo("true");
        assertThat(returned(run(workshop.pool(bundled), "{}"))).isEqualTo("\"found\"");
    }

    @Test
    void payloadsMayBeAsLargeAsTheLimitAndNoLarger() throws Exception {
        InstancePool function =
                workshop.node("exports.main_handler = e => typeof e === 'string' ? e.length : 'x'.repeat(e)");

        assertThat(returned(run(function, Integer.toString(Frame.RESULT_LIMIT - 2))))
                .hasSize(Frame.RESULT_LIMIT);
        assertThat(run(function, Integer.toString(Frame.RESULT_LIMIT - 1)).end())
                .isEqualTo(new RunEnd.ReturnTooLarge("6291457 bytes of JSON, at most 6291456 are allowed"));
        assertThat(returned(run(function, "\"" + "e".repeat(Frame.RESULT_LIMIT - 2) + "\"")))
                .isEqualTo(Integer.toString(Frame.RESULT_LIMIT - 2));
    }

    @Test
    void anEventThatIsNotJsonDoesNotReachTheHandler() throws Exception {
        InstancePool function = workshop.node("exports.main_handler = () => 'called'");

        assertThat(run(function, "{").end()).isInstanceOf(RunEnd.BadEvent.class);
        assertThat(function.run("request-1", new byte[] {'"', (byte) 0xFF, '"'}).end())
                .isInstanceOf(RunEnd.BadEvent.class);
    }

    @Test
    void itsChildrenDoNotGetHoldOfTheProtocol() throws Exception {
        InstancePool function = workshop.node("""
                const { spawnSync } = require('child_process');
                exports.main_handler = () => spawnSync('sh', ['-c', 'echo spoofed >&4']).status !== 0;
                """);

        assertThat(returned(run(function, "{}"))).isEqualTo("true");
    }
}
