package dev.millrace.chaos.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
            "--sun-misc-unsafe-memory-access=allow");

    /**
     * The words of the command.
     *
     * @param scratch for temporary files
     */
    public List<String> command(Path scratch, List<String> arguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(FLAGS);
        words.add("-Djava.io.tmpdir=" + scratch);
        words.add("-Dmillrace.home=" + System.getProperty("millrace.home", ""));
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        words.addAll(arguments);
        return words;
    }
}
