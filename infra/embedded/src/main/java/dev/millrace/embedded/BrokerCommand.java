package dev.millrace.embedded;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command line of the child JVM.
 *
 * <p>Most of a broker's start is loading 3,500 classes, so they are kept in a class-data archive, which the JVM writes
 * when the first broker ends and renews when it no longer fits. An archive serves one class path of jars only. The
 * child therefore gets just the jars it needs, in one order, the same for every program that starts a broker.
 *
 * @param words the command and its arguments
 * @param archive the class-data archive it reads, or writes if there is none
 * @param writesArchive whether there was none
 */
record BrokerCommand(List<String> words, Path archive, boolean writesArchive) {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerCommand.class);
    private static final Pattern NEEDED = Pattern.compile("(?:kafka(?:_2\\.13|-.*)?|scala-(?:library|logging_2\\.13)|"
            + "jackson-(?:annotations|core|databind)|log4j-api|slf4j-api|logback-(?:classic|core)|metrics-core|"
            + "commons-validator|pcollections|HdrHistogram|hash4j|caffeine|re2j|zstd-jni|lz4-java|snappy-java"
            + ")-\\d.*\\.jar");

    BrokerCommand {
        words = List.copyOf(words);
    }

    static BrokerCommand of(Path settings, boolean shortLived) {
        Path cache = CacheDirectory.path();
        String classPath = classPath(cache);
        Path archive = archive(cache, classPath);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
        if (shortLived) {
            command.add("-XX:TieredStopAtLevel=1");
        }
        command.addAll(List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive));
        // A missing or outdated archive is renewed; the warnings about it would be the only lines in many a log.
        command.addAll(List.of("-Xlog:disable", "-Xlog:all=error:stderr"));
        // --enable-native-access would make the archive unusable.
        command.addAll(List.of("--illegal-native-access=allow", "--sun-misc-unsafe-memory-access=allow"));
        command.add("-Dlog4j2.statusLoggerLevel=OFF");
        command.add("-Dlogback.configurationFile=dev/millrace/embedded/broker-logback.xml");
        command.addAll(List.of("-cp", classPath, Broker.class.getName(), settings.toString()));
        return new BrokerCommand(command, archive, !Files.exists(archive));
    }

    /** A first broker that failed early has left an archive of the few classes it had come to, which would stay valid. */
    void discardPoorArchive() {
        if (!writesArchive) {
            return;
        }
        try {
            Files.deleteIfExists(archive);
        } catch (IOException e) {
            LOG.warn(
                    "The class-data archive {} of a failed start cannot be deleted; brokers may start slowly",
                    archive,
                    e);
        }
    }

    private static Path archive(Path cache, String classPath) {
        CRC32 crc = new CRC32();
        crc.update((Runtime.version() + classPath).getBytes(StandardCharsets.UTF_8));
        return cache.resolve("broker-%08x.jsa".formatted(crc.getValue()));
    }

    private static String classPath(Path cache) {
        List<Path> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(path -> NEEDED.matcher(nameOf(path)).matches())
                .sorted(Comparator.comparing(BrokerCommand::nameOf))
                .toList();
        if (jars.stream().noneMatch(path -> nameOf(path).startsWith("kafka_2.13-"))) {
            // All classes in one jar, or a class path this code cannot read: the child takes it as it is.
            return System.getProperty("java.class.path");
        }
        return Stream.concat(Stream.of(ownJar(cache)), jars.stream())
                .map(path -> path.toAbsolutePath().toString())
                .reduce((first, second) -> first + File.pathSeparator + second)
                .orElseThrow();
    }

    private static String nameOf(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    /** The jar this class is in. A build that runs from a class directory gets one made, for the archive's sake. */
    private static Path ownJar(Path cache) {
        try {
            Path own = Path.of(Broker.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Files.isDirectory(own) ? packed(own, cache) : own;
        } catch (IOException | URISyntaxException e) {
            throw new EmbeddedServerException(
                    "The broker's own classes cannot be packed into " + cache + " (" + e + ")", e);
        }
    }

    private static Path packed(Path classes, Path cache) throws IOException {
        Path made = Files.createTempFile(cache, "broker", ".jar");
        CRC32 crc = new CRC32();
        try (OutputStream file = Files.newOutputStream(made);
                JarOutputStream jar = new JarOutputStream(file)) {
            for (String name : List.of("Broker.class", "BrokerSettings.class", "broker-logback.xml")) {
                String entry = "dev/millrace/embedded/" + name;
                byte[] bytes = Files.readAllBytes(classes.resolve(entry));
                crc.update(bytes);
                jar.putNextEntry(new JarEntry(entry));
                jar.write(bytes);
            }
        }
        Path jar = cache.resolve("broker-%08x.jar".formatted(crc.getValue()));
        if (Files.exists(jar)) {
            // Replacing it by its equal would change its time stamp and with that outdate the archive.
            Files.delete(made);
        } else {
            Files.move(made, jar, StandardCopyOption.ATOMIC_MOVE);
        }
        return jar;
    }
}
