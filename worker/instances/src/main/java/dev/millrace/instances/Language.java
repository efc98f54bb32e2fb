package dev.millrace.instances;

import java.util.Locale;
import java.util.Optional;

/** A language whose functions run in child processes, with the interpreter that is needed for it. */
public enum Language {
    PYTHON("python3", "python", "bootstrap.py"),
    NODEJS("node", "nodejs", "bootstrap.js");

    private final String command;
    private final String runtimePrefix;
    private final String bootstrap;

    Language(String command, String runtimePrefix, String bootstrap) {
        this.command = command;
        this.runtimePrefix = runtimePrefix;
        this.bootstrap = bootstrap;
    }

    /**
     * The language of a runtime name such as {@code Python3.10} or {@code Nodejs18.15} (SCF: {@code Runtime}), or empty
     * when this module has no bootstrap for it.
     */
    public static Optional<Language> ofRuntime(String runtime) {
        String name = runtime.toLowerCase(Locale.ROOT);
        if (name.startsWith("python2")) {
            return Optional.empty();
        }
        for (Language language : values()) {
            if (name.startsWith(language.runtimePrefix)) {
                return Optional.of(language);
            }
        }
        return Optional.empty();
    }

    /** The interpreter's name as looked for on PATH. */
    public String command() {
        return command;
    }

    String bootstrap() {
        return bootstrap;
    }
}
