package dev.millrace.embedded;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds a {@code redis-server}: the one of the system if it is 6.2 or newer, else the bundled 7.0.15. */
final class RedisBinary {
    private static final Logger LOG = LoggerFactory.getLogger(RedisBinary.class);
    private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.(\\d+)");
    private static final String BUNDLED = "redis-server-7.0.15-";

    private RedisBinary() {}

    /** @param extractTo where the bundled program goes if it is needed */
    static Path find(String searchPath, Path extractTo) {
        return Stream.of(searchPath.split(File.pathSeparator, -1))
                .filter(directory -> !directory.isBlank())
                .map(directory -> Path.of(directory, "redis-server"))
                .filter(Files::isExecutable)
                .filter(program -> isRecent(versionOf(program)))
                .findFirst()
                .orElseGet(() -> extracted(extractTo));
    }

    /** Whether this answer of {@code redis-server --version} means 6.2 or newer. */
    static boolean isRecent(String versionLine) {
        Matcher version = VERSION.matcher(versionLine);
        if (!version.find()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        return major > 6 || (major == 6 && minor >= 2);
    }

    private static String versionOf(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String line = new String(process.getInputStream().readNBytes(1_000), StandardCharsets.UTF_8);
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return line;
        } catch (IOException e) {
            LOG.warn("{} does not run, the bundled Redis is used instead", program, e);
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static Path extracted(Path directory) {
        String name = BUNDLED + platform();
        Path program = directory.resolve(name);
        if (Files.isExecutable(program)) {
            return program;
        }
        try (InputStream resource = RedisBinary.class.getResourceAsStream("/" + name)) {
            if (resource == null) {
                throw new EmbeddedServerException(
                        "There is no bundled Redis for " + platform() + "; put redis-server 6.2 or newer on the PATH");
            }
            // Another process may extract at the same moment; each moves a whole program into place.
            Path part = Files.createTempFile(directory, name, ".part");
            Files.copy(resource, part, StandardCopyOption.REPLACE_EXISTING);
            if (!part.toFile().setExecutable(true)) {
                throw new IOException(part + " cannot be made executable");
            }
            return Files.move(part, program, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new EmbeddedServerException("Redis cannot be extracted to " + program + " (" + e + ")", e);
        }
    }

    static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        return system + "-"
                + switch (System.getProperty("os.arch")) {
                    case "amd64", "x86_64" -> "amd64";
                    case "aarch64", "arm64" -> "arm64";
                    case String other -> other;
                };
    }
}
