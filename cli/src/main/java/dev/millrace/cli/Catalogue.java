package dev.millrace.cli;

import dev.millrace.cli.function.DeployCommand;
import dev.millrace.cli.function.FunctionCommands;
import dev.millrace.cli.invocation.CancelCommand;
import dev.millrace.cli.invocation.EventCommand;
import dev.millrace.cli.invocation.InvokeCommand;
import dev.millrace.cli.invocation.LogsCommand;
import dev.millrace.cli.invocation.ReplayCommand;
import dev.millrace.cli.invocation.ResultCommand;
import dev.millrace.cli.operate.AuditCommand;
import dev.millrace.cli.operate.DeadLetterCommands;
import dev.millrace.cli.operate.DoctorCommand;
import dev.millrace.cli.operate.NamespaceCommands;
import dev.millrace.cli.operate.QueueCommands;
import dev.millrace.cli.operate.RedisCommands;
import dev.millrace.cli.operate.WorkerCommands;
import dev.millrace.cli.program.AdaptersCommand;
import dev.millrace.cli.program.ChaosCommand;
import dev.millrace.cli.program.DemoCommand;
import dev.millrace.cli.program.DevCommand;
import dev.millrace.cli.program.DispatcherCommand;
import dev.millrace.cli.program.WorkerCommand;
import dev.millrace.cli.trigger.EmitCommands;
import dev.millrace.cli.trigger.TriggerCommands;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Every command of {@code millrace}, in the order in which the help lists them. A command line names one of them, and
 * picocli gets to see only that one: looking at all of them would cost a short command most of its time.
 */
final class Catalogue {

    private Catalogue() {}

    /** The commands by name. */
    static SequencedMap<String, Class<?>> commands() {
        SequencedMap<String, Class<?>> commands = new LinkedHashMap<>();
        commands.putAll(programs());
        commands.put("deploy", DeployCommand.class);
        commands.put("invoke", InvokeCommand.class);
        commands.put("result", ResultCommand.class);
        commands.put("logs", LogsCommand.class);
        commands.put("event", EventCommand.class);
        commands.put("replay", ReplayCommand.class);
        commands.put("cancel", CancelCommand.class);
        commands.put("emit", EmitCommands.class);
        commands.put("fn", FunctionCommands.class);
        commands.put("trigger", TriggerCommands.class);
        commands.put("namespace", NamespaceCommands.class);
        commands.put("queue", QueueCommands.class);
        commands.put("dlq", DeadLetterCommands.class);
        commands.put("workers", WorkerCommands.class);
        commands.put("redis", RedisCommands.class);
        commands.put("audit", AuditCommand.class);
        commands.put("doctor", DoctorCommand.class);
        commands.put("chaos", ChaosCommand.class);
        commands.put("completion", CompletionCommand.class);
        commands.put("version", VersionCommand.class);
        return commands;
    }

    /** What runs until it is told to stop. */
    private static Map<String, Class<?>> programs() {
        Map<String, Class<?>> programs = new LinkedHashMap<>();
        programs.put("dev", DevCommand.class);
        programs.put("demo", DemoCommand.class);
        programs.put("dispatcher", DispatcherCommand.class);
        programs.put("worker", WorkerCommand.class);
        programs.put("adapters", AdaptersCommand.class);
        return programs;
    }
}
