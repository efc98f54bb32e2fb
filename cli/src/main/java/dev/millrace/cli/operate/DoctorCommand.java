package dev.millrace.cli.operate;

import dev.millrace.cli.client.Answer;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.client.Target;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.output.Column;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code millrace doctor}: whether this machine and the server are as they should be, part by part. */
@Command(
        name = "doctor",
        headerHeading =
                "Examples:%n  millrace doctor%n  millrace doctor --endpoint https://millrace.example.org -o json%n%n",
        description =
                "Looks at what Millrace needs on this machine and at the server, and says what to do. Ends with 1 when"
                        + " something is not as it should be.")
public final class DoctorCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration CLOCKS_APART = Duration.ofSeconds(5);
    private static final int[] DEV_PORTS = {8080, 8081};

    @Mixin
    private Session session;

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        machine(findings);
        server(findings);
        show(findings);
        return findings.stream().allMatch(Finding::ok) ? ExitCode.OK : ExitCode.FUNCTION_FAILED;
    }

    private void machine(List<Finding> findings) {
        Machine machine = new Machine(session.shell());
        findings.add(machine.jdk());
        findings.add(Finding.of("python3", () -> machine.interpreter("python3", "python3")));
        findings.add(Finding.of("node", () -> machine.interpreter("node", "nodejs")));
        findings.add(Finding.of("redis", machine::redis));
    }

    private void server(List<Finding> findings) {
        Target target = session.target();
        String from = target.endpoint() + " (" + target.source() + ")";
        Answer ready;
        try {
            ready = session.api().exchange(Request.get("/readyz").patience(PATIENCE));
        } catch (Failure e) {
            // Nobody answers, so what matters is whether a server could be started here.
            Machine machine = new Machine(session.shell());
            for (int port : DEV_PORTS) {
                findings.add(machine.port(port));
            }
            findings.add(Finding.wrong("server", e.what() + " (" + target.source() + "); start one by: millrace dev"));
            return;
        }
        if (ready.status() != 200 && ready.status() != 503) {
            findings.add(Finding.wrong("server", from + " answers, but not as Millrace does; is the address right?"));
            return;
        }
        findings.add(Finding.ok("server", from + " answers"));
        parts(findings, ready.json().path("parts"));
        findings.add(key());
        clock(ready).ifPresent(findings::add);
    }

    private static void parts(List<Finding> findings, JsonNode parts) {
        for (Map.Entry<String, JsonNode> part : parts.properties()) {
            String state = part.getValue().asString("");
            String name = "server: " + part.getKey();
            findings.add(
                    state.equals("ok")
                            ? Finding.ok(name, "ok")
                            : Finding.wrong(name, state + "; look at the server's log"));
        }
    }

    private Finding key() {
        Answer answer =
                session.api().exchange(Request.get("/v1/functions?limit=1").patience(PATIENCE));
        return switch (answer.status()) {
            case 200 -> Finding.ok("key", session.target().apiKey() == null ? "none is needed" : "is accepted");
            case 401, 403 -> Finding.wrong("key", "is refused; give one by --api-key, MILLRACE_API_KEY or config.yaml");
            default -> Finding.wrong("key", "the server answers " + answer.status() + " to a list of functions");
        };
    }

    /** Deadlines and ages are reckoned by clocks on several machines. */
    private Optional<Finding> clock(Answer answer) {
        Instant here = session.shell().clock().instant();
        return answer.header("Date").flatMap(DoctorCommand::date).map(there -> {
            Duration apart = Duration.between(there, here).abs();
            return apart.compareTo(CLOCKS_APART) <= 0
                    ? Finding.ok("clock", "agrees with the server's")
                    : Finding.wrong("clock", "is " + apart.toSeconds() + " s off the server's; set both by NTP");
        });
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty(); // A proxy that writes no valid date tells nothing about clocks.
        }
    }

    private void show(List<Finding> findings) {
        ObjectNode answer = Json.object();
        ArrayNode items = answer.putArray("items");
        for (Finding finding : findings) {
            items.addObject()
                    .put("part", finding.part())
                    .put("ok", finding.ok())
                    .put("text", finding.text());
        }
        Printer printer = session.printer();
        printer.list(
                answer,
                "",
                Column.of("PART", "part"),
                new Column("STATE", finding -> finding.path("ok").asBoolean(false) ? "ok" : "!!"),
                Column.of("FOUND", "text"));
    }
}
