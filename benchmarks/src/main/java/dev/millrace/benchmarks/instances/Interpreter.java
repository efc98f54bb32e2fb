package dev.millrace.benchmarks.instances;

import java.util.Locale;

/** A language that functions run in as child processes, with the smallest function and the smallest echo in it. */
enum Interpreter {
    PYTHON("python3", "-c", "Python3", "index.py", """
            def main_handler(event, context):
                return 0
            """, """
            import sys
            source, sink = sys.stdin.buffer, sys.stdout.buffer
            for line in iter(source.readline, b""):
                sink.write(line)
                sink.flush()
            """),
    NODEJS("node", "-e", "Nodejs", "index.js", """
            exports.main_handler = async (event, context) => 0;
            """, """
            const fs = require("node:fs");
            const room = Buffer.alloc(65536);
            for (let n; (n = fs.readSync(0, room)) > 0; ) fs.writeSync(1, room, 0, n);
            """);

    private final String command;
    private final String inline;
    private final String runtime;
    private final String file;
    private final String function;
    private final String echo;

    Interpreter(String command, String inline, String runtime, String file, String function, String echo) {
        this.command = command;
        this.inline = inline;
        this.runtime = runtime;
        this.file = file;
        this.function = function;
        this.echo = echo;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    String runtime() {
        return runtime;
    }

    String file() {
        return file;
    }

    String function() {
        return function;
    }

    String[] echo() {
        return new String[] {command, inline, echo};
    }
}
