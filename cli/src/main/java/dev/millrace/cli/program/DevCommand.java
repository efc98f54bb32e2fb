package dev.millrace.cli.program;

import dev.millrace.cli.client.Api;
import dev.millrace.cli.client.RunningDev;
import dev.millrace.cli.function.Deployment;
import dev.millrace.cli.shell.Failure;
import dev.millrace.cli.shell.Shell;
import dev.millrace.cli.source.FunctionFile;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.program.Parts;
import dev.millrace.program.Program;
import dev.millrace.program.ReadyLine;
import dev.millrace.program.StartException;
import dev.millrace.worker.WorkerSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace dev}: everything in one place, for whoever writes functions. */
@Command(
        name = "dev",
        headerHeading = "Examples:%n  millrace dev%n  millrace dev examples/hello examples/thumbnail-index%n"
                + "  millrace dev --data /tmp/millrace --port 0%n%n",
        description = "Runs Kafka, Redis and all of Millrace in one place, and deploys the given functions. Data stay"
                + " between runs.")
public final class DevCommand implements Callable<Integer> {

    @Mixin
    private ProgramFlags flags;

    @Parameters(arity = "0..*", paramLabel = "FUNCTION_DIR", description = "Folders with a function.yaml.")
    private List<Path> functions = List.of();

    @Option(names = "--data", paramLabel = "DIR", description = "Where the data are (~/.local/share/millrace/dev).")
    @Nullable
    String data;

    @Option(names = "--port", paramLabel = "PORT", description = "HTTP interface (8080); 0 takes any free one.")
    @Nullable
    String port;

    @Option(names = "--internal-port", paramLabel = "PORT", description = "Health and figures (any free one).")
    @Nullable
    String internalPort;

    @Option(names = "--scf-port", paramLabel = "PORT", description = "SCF's interface; not built yet.")
    @Nullable
    String scfPort;

    @Option(
            names = "--queue-limit",
            paramLabel = "N",
            description = "Events that each trigger's queue may hold unless its function says otherwise (100000).")
    @Nullable
    String queueLimit;

    @Option(names = "--no-console", description = "Without the console; there is none yet.")
    boolean noConsole;

    @Override
    public Integer call() {
        Shell shell = flags.shell();
        if (scfPort != null) {
            NotBuiltYet.scfPort(shell, scfPort);
        }
        Logging.quiet(shell);
        List<FunctionFile> files = functions.stream()
                .map(folder -> FunctionFile.read(folder, shell.clock().instant()))
                .toList();
        return new Program("dev", shell.err()).run(parts -> start(parts, files));
    }

    private void start(Parts parts, List<FunctionFile> files) throws StartException, InterruptedException {
        Shell shell = flags.shell();
        var given = flags.given();
        given.remove("no-console");
        Dev dev = Dev.start(DevSettings.of(given, shell), parts);
        List<String> deployed = deploy(dev, files);
        dev.awaitReady();
        parts.add("note for other commands", note(dev, shell));
        tell(dev, deployed, shell.err());
        new ReadyLine(shell.out()).print(dev.uri());
    }

    private static List<String> deploy(Dev dev, List<FunctionFile> files) throws StartException, InterruptedException {
        List<String> names = new ArrayList<>();
        Api api = new Api(dev.uri(), null);
        for (FunctionFile file : files) {
            try {
                new Deployment(api, file).put();
            } catch (Failure e) {
                throw new StartException(e.exitCode(), e.lines().stream().collect(Collectors.joining("\n")));
            } catch (IOException e) {
                throw new StartException(
                        StartException.USAGE, file.spec().ref() + " cannot be deployed: " + e.getMessage());
            }
            names.add(file.spec().ref().name());
        }
        return names;
    }

    /** Other commands find this server by it. Being without is no reason not to start. */
    private static AutoCloseable note(Dev dev, Shell shell) {
        RunningDev note = new RunningDev(
                dev.uri().toString(),
                dev.uri().toString(),
                ProcessHandle.current().pid());
        try {
            note.announce(shell);
        } catch (IOException e) {
            shell.err()
                    .println("warning: other commands need --endpoint " + dev.uri() + ", because " + shell.stateFolder()
                            + " cannot be written: " + e.getMessage());
        }
        return () -> note.withdraw(shell);
    }

    private static String runtimes(Dev dev) {
        String found = WorkerSettings.PROCESS_RUNTIMES.stream()
                .filter(runtime -> !dev.missingRuntimes().containsKey(runtime))
                .map(RuntimeKind::text)
                .sorted()
                .collect(Collectors.joining(", "));
        return found.isEmpty() ? "none" : found + "; no sandbox yet: functions run with your rights";
    }

    private static void tell(Dev dev, List<String> deployed, PrintStream err) {
        err.println("Millrace runs here:");
        err.println("  HTTP interface  " + dev.uri());
        err.println("  figures         " + dev.figures() + "/metrics");
        err.println("  Kafka           " + dev.kafka());
        err.println("  Redis           " + dev.redis());
        err.println("  data            " + dev.data());
        err.println("  functions       "
                + (deployed.isEmpty() ? "those that were deployed before" : String.join(", ", deployed) + " deployed"));
        err.println("  runtimes        " + runtimes(dev));
        dev.missingRuntimes().values().forEach(why -> err.println("warning: " + why));
        err.println();
        err.println("Try in another terminal:");
        err.println("  millrace deploy examples/hello");
        err.println("  millrace invoke hello -d '{\"name\":\"Ada\"}'");
        err.println("Ctrl-C stops it.");
        err.flush();
    }
}
