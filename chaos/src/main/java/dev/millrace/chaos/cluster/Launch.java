package dev.millrace.chaos.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How a Java program is started from the class path of this one.
 *
 * @param mainClass its main class
 */
public record Launch(String mainClass) {

    /** Small and soon there: several of them share the machine, and each is restarted again and again. */
    private static final List<String> FLAGS = List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+AutoCreateSharedArchive",
            // An archive that is missing or outdated is no news.
            "-Xlog:disable",
            "-Xlog:all=error:stderr");

    /**
     * The words of the command.
     *
     * @param scratch for temporary files
     */
    public List<String> command(Path scratch, List<String> arguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(FLAGS);
        archive(arguments.getFirst()).ifPresent(file -> words.add("-XX:SharedArchiveFile=" + file));
        words.add("-Djava.io.tmpdir=" + scratch);
        words.add("-Dmillrace.home=" + System.getProperty("millrace.home", ""));
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        words.addAll(arguments);
        return words;
    }

    /** Whether the classes of a program are kept ready, as they are now. */
    boolean startsSoon(String program) {
        Optional<Path> archive = archive(program);
        if (archive.isEmpty() || !Files.exists(archive.get())) {
            return false;
        }
        FileTime kept = modified(archive.get());
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .allMatch(jar -> modified(Path.of(jar)).compareTo(kept) < 0);
    }

    /** What is kept of its classes is outdated: a JVM makes it anew only where there is none. */
    void forget(String program) {
        archive(program).ifPresent(file -> {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException("an outdated archive of classes cannot be deleted", e);
            }
        });
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(Long.MAX_VALUE); // What cannot be looked at counts as new.
        }
    }

    /**
     * Where the classes of a program are kept ready by its JVM, which writes them when it ends in order: the next start
     * takes half the time, and there are hundreds of them.
     */
    private Optional<Path> archive(String program) {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path folder =
                cache == null || cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        String name = mainClass.substring(mainClass.lastIndexOf('.') + 1) + "-" + program.replaceAll("[^a-z]", "_");
        try {
            return Optional.of(
                    Files.createDirectories(folder.resolve("millrace")).resolve("chaos-" + name + ".jsa"));
        } catch (IOException e) {
            return Optional.empty(); // It starts slowly then.
        }
    }
}
