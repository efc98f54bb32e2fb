package dev.millrace.instances;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The interpreters of this machine, looked up once. What stands on PATH may be a shim that finds the real program anew
 * on every start and takes longer for it than the program itself, so the program is asked where it really is.
 * Immutable.
 */
public final class Interpreters {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Map<Language, Lookup> found;

    private Interpreters(Map<Language, Lookup> found) {
        this.found = found;
    }

    private sealed interface Lookup {
        record Found(Path program) implements Lookup {}

        record Missing(String why) implements Lookup {}
    }

    /**
     * Looks every language's interpreter up.
     *
     * @param path the directories to search, as in the environment variable PATH
     */
    public static Interpreters on(String path) {
        Map<Language, Lookup> found = new EnumMap<>(Language.class);
        for (Language language : Language.values()) {
            found.put(language, lookUp(language, path));
        }
        return new Interpreters(found);
    }

    /** The interpreter, or empty when functions in this language cannot run here; {@link #missing} then says why. */
    public Optional<Path> find(Language language) {
        return switch (lookup(language)) {
            case Lookup.Found(Path program) -> Optional.of(program);
            case Lookup.Missing missing -> Optional.empty();
        };
    }

    /** Why functions in this language cannot run here and what to do about it, or empty when they can. */
    public Optional<String> missing(Language language) {
        return switch (lookup(language)) {
            case Lookup.Found found -> Optional.empty();
            case Lookup.Missing(String why) -> Optional.of(why);
        };
    }

    private Lookup lookup(Language language) {
        return found.getOrDefault(language, new Lookup.Missing("nobody looked for " + language.command()));
    }

    private static Lookup lookUp(Language language, String path) {
        for (String directory : path.split(":", -1)) {
            Path program = Path.of(directory.isEmpty() ? "." : directory, language.command());
            if (Files.isExecutable(program) && !Files.isDirectory(program)) {
                return resolve(language, program);
            }
        }
        return new Lookup.Missing(language.command() + " not found on PATH; install it to run "
                + switch (language) {
                    case PYTHON -> "Python";
                    case NODEJS -> "Node.js";
                }
                + " functions");
    }

    private static Lookup resolve(Language language, Path program) {
        List<String> question = switch (language) {
            case PYTHON -> List.of(program.toString(), "-c", "import sys; print(sys.executable)");
            case NODEJS -> List.of(program.toString(), "-p", "process.execPath");
        };
        try {
            Process process = new ProcessBuilder(question)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .start();
            String answer = answerOf(process);
            Path real = Path.of(answer);
            if (process.exitValue() == 0 && real.isAbsolute() && Files.isExecutable(real)) {
                return new Lookup.Found(real);
            }
            return new Lookup.Missing(program + " does not work: " + question + " answered " + answer);
        } catch (IOException e) {
            return new Lookup.Missing(program + " does not work: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Lookup.Missing("interrupted while " + program + " was tried");
        }
    }

    private static String answerOf(Process process) throws IOException, InterruptedException {
        // The answer is a line, which fits into the pipe: there is no need to read while the program runs.
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return answer.strip();
    }
}
